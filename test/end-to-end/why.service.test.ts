// What something waits for, as a person asks: an order with a parked message, what it withholds, and a lot that has
// given more than it had.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { PlantId } from "../../core/plant/identifiers.ts"
import { makePlant, type Plant, rows, settled, startCore, traveler } from "../harness/processes.ts"
import { messagesOf, publishing } from "./publish.ts"

const id = PlantId.make("why")

const message = messagesOf(id)
const confirmed = (messageId: string, orderId: string, more: object = {}) =>
  message(messageId, "OperationConfirmed", { orderId, operationId: "10", yield: { value: "1", unit: "EA" }, ...more })

const publish = publishing(id)

const why = (plant: Plant, ...words: ReadonlyArray<string>) =>
  Effect.map(traveler(plant, "why", ...words, "--json"), (answer) => JSON.parse(answer))

it.live(
  "says what something waits for, who can mend it, and how",
  () =>
    Effect.gen(function* () {
      const plant = yield* makePlant
      yield* traveler(plant, "doctor")
      yield* rows(plant, "insert into plant (plant) values ($1) on conflict do nothing", [id])
      const core = yield* startCore(plant)
      yield* publish(plant, [
        confirmed("mes/1", "A"),
        confirmed("mes/17", "B", { occurredAt: "yesterday" }),
        confirmed("mes/18", "B"),
        message("mes/19", "LotShipped", {
          itemId: "STEEL",
          lotId: "L-1",
          quantity: { value: "3", unit: "KGM" },
          customer: "C-9",
          document: "DN-1"
        })
      ])
      yield* settled(plant, `traveler.in.${id}`, 4, 60_000)

      expect(yield* traveler(plant, "why", "order", "A")).toBe(
        "Order why/A waits for nothing: it is Running, and 1 of 1 documents are verified in the ERP.\n"
      )
      const parked = yield* why(plant, "order", "why/B")
      expect(parked).toEqual({
        subject: "order",
        id: "why/B",
        state: "it is Running, and 0 of 1 documents are verified in the ERP, 1 withheld",
        waitsFor: expect.stringMatching(
          /^message mes\/17 of why\/mes\.events\/mes, parked because of occurredAt "yesterday" /
        ),
        who: "a steward",
        how: expect.stringMatching(
          /^corrects it with: npm run traveler -- exceptions resubmit [0-9a-f]{32} --body FILE /
        ),
        more: []
      })
      const { how, waitsFor, who } = parked
      expect(yield* why(plant, "posting", `order/${id}/B/2/confirmation`)).toMatchObject({ waitsFor, who, how })
      expect(yield* why(plant, "message", "mes/18", "--order", "B")).toMatchObject({ waitsFor, who, how })
      const caseId = /[0-9a-f]{32}/.exec(how)?.[0] ?? ""
      expect(yield* why(plant, "message", caseId)).toMatchObject({
        id: "mes/17 of why/mes.events/mes",
        waitsFor: expect.stringMatching(/^its repair, parked because of occurredAt /),
        who,
        how
      })
      expect(yield* why(plant, "lot", "L-1")).toMatchObject({
        waitsFor: "what came into it, which may be on its way",
        who: "Traveler",
        how: expect.stringMatching(/^asks a supervisor at /)
      })
      const unknown = yield* Effect.flip(traveler(plant, "why", "message", "mes/99", "--order", "B"))
      expect(unknown.message).toMatch(
        /: 1\n\n[\s\S]*message mes\/99: No case is about it, and order\/why\/B has recorded none such\. .*: 0 wait in traveler\.in\.why\n$/
      )
      yield* core.kill
      yield* publish(plant, [confirmed("mes/20", "A")])
      expect((yield* Effect.flip(traveler(plant, "why", "message", "mes/20", "--order", "A"))).message).toMatch(
        /: 1 wait in /
      )
    }).pipe(Effect.scoped),
  180_000
)
