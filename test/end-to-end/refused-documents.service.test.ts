// The ERP refuses documents: each opens a case and holds up its own order; a person has one posted again and ends the
// other, and both orders go on.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { sandboxAdmin } from "../../adapters/erp/sandbox/admin.ts"
import type { PlantRules } from "../../adapters/erp/sandbox/contract.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import type { Publication } from "../../core/port/broker.ts"
import { eventually } from "../adapters/erp/posting.ts"
import { makePlant, type Plant, rows, startCore, traveler } from "../harness/processes.ts"
import { publishing } from "./publish.ts"

const id = PlantId.make("refused")
const decided = ["--by", "B7", "--reason", "As agreed", "--json"]

const confirmed = (orderId: string, number: number, final = false): Publication => ({
  exchange: "mes.events",
  routingKey: `${id}.OperationConfirmed`,
  type: "OperationConfirmed",
  contentType: "application/json",
  body: new TextEncoder().encode(
    JSON.stringify({
      orderId,
      operationId: "10",
      occurredAt: `2026-11-23T14:0${number}:00+01:00`,
      yield: { value: String(number), unit: "EA" },
      final
    })
  ),
  messageId: `${orderId}/${number}`,
  appId: "mes",
  schemaVersion: "1"
})

const publish = publishing(id)

interface Case {
  readonly id: string
  readonly state: string
  readonly resolution: string | null
  readonly attempts: number
  readonly waiting: string
  readonly ownerRole: string
  readonly field: string
  readonly value: string
  readonly posting: string
}

const cases = (plant: Plant) =>
  Effect.map(traveler(plant, "exceptions", "list", "--json"), (answer): ReadonlyArray<Case> => JSON.parse(answer))

const decide = (plant: Plant, action: "waive" | "resubmit", { id: caseId }: Case) =>
  Effect.map(traveler(plant, "exceptions", action, caseId, ...decided), (answer): Case => JSON.parse(answer)[0])

const states = (plant: Plant) =>
  Effect.map(
    rows<{ readonly key: string; readonly state: string }>(
      plant,
      "select key, state from postings.posting order by key"
    ),
    (found) => found.map(({ key, state }) => `${key} ${state}`)
  )

const becomes = (plant: Plant, what: string, ...expected: ReadonlyArray<string>) =>
  eventually(
    what,
    Effect.map(states(plant), (found) => found.join() === expected.join()),
    60
  )

const opens = (plant: Plant, count: number) =>
  eventually(
    `${count} cases are open`,
    Effect.map(
      rows<{ readonly count: number }>(
        plant,
        "select count(*)::integer as count from exceptions.exception_case where state = 'open'"
      ),
      ([open]) => open?.count === count
    ),
    60
  )

const key = (order: string, version: number) => `order/${id}/${order}/${version}/confirmation`

/** A core at work, and an ERP with these rules. */
const ruled = Effect.fnUntraced(function* (rules: PlantRules) {
  const plant = yield* makePlant
  const admin = yield* sandboxAdmin(plant.erpOrigin)
  yield* admin.setRules(rules)
  yield* traveler(plant, "doctor")
  yield* rows(plant, "insert into plant (plant) values ($1) on conflict do nothing", [id])
  yield* startCore(plant)
  return { admin, plant }
})

it.live(
  "a refused document needs a person, who has a way on",
  () =>
    Effect.gen(function* () {
      const { admin, plant } = yield* ruled({ plant: id, closedBefore: "2026-12-01" })
      yield* publish(plant, [confirmed("A", 1), confirmed("A", 2), confirmed("B", 1), confirmed("B", 2)])
      yield* opens(plant, 2)
      const [ofA, ofB] = [...(yield* cases(plant))].sort((left, right) => left.waiting.localeCompare(right.waiting))
      if (ofA === undefined || ofB === undefined) throw new Error("Two cases were found")
      expect(ofA).toMatchObject({
        state: "open",
        ownerRole: "supervisor",
        field: "code",
        value: "PERIOD_CLOSED",
        posting: key("A", 1),
        waiting: `order/${id}/A`
      })
      const held = expect.arrayContaining([`${key("A", 1)} Failed`, `${key("A", 2)} Requested`])
      expect(yield* states(plant)).toEqual(held)
      const [counts] = JSON.parse(yield* traveler(plant, "postings", "--plant", id, "--wait", "--json"))
      expect(counts).toMatchObject({ plant: id, onTheirWay: 0, held: 2, Failed: 2, Verified: 0 })
      expect(yield* traveler(plant, "postings")).toBe("refused: 0 on their way, 2 wait for others, 2 refused\n")

      expect(yield* decide(plant, "resubmit", ofA)).toMatchObject({ state: "open", attempts: 1 })
      yield* admin.setRules({ plant: id })
      expect(yield* decide(plant, "resubmit", ofA)).toMatchObject({ state: "closed", resolution: "resubmitted" })
      expect(yield* decide(plant, "waive", ofB)).toMatchObject({ state: "closed", resolution: "waived" })
      yield* becomes(
        plant,
        "both orders went on",
        `${key("A", 1)} Verified`,
        `${key("A", 2)} Verified`,
        `${key("B", 1)} Waived`,
        `${key("B", 2)} Verified`
      )
      const documents = yield* admin.documents(id)
      expect(documents.map(({ content }) => content.key).sort()).toEqual([key("A", 1), key("A", 2), key("B", 2)])
    }).pipe(Effect.scoped),
  300_000
)

it.live(
  "what turns up after its final was posted is a case where the ERP takes no more, and is posted once it does",
  () =>
    Effect.gen(function* () {
      const { admin, plant } = yield* ruled({ plant: id, finalIsLast: true })
      yield* publish(plant, [confirmed("A", 1, true)])
      yield* becomes(plant, "the final one is posted", `${key("A", 1)} Verified`)
      yield* publish(plant, [confirmed("A", 2)])
      yield* opens(plant, 1)
      const [late] = yield* cases(plant)
      if (late === undefined) throw new Error("A case was found")
      expect(late).toMatchObject({ ownerRole: "supervisor", value: "FINALLY_CONFIRMED", posting: key("A", 3) })
      yield* admin.setRules({ plant: id })
      expect(yield* decide(plant, "resubmit", late)).toMatchObject({ state: "closed", resolution: "resubmitted" })
      expect(yield* states(plant)).toEqual([`${key("A", 1)} Verified`, `${key("A", 3)} Verified`])
    }).pipe(Effect.scoped),
  300_000
)
