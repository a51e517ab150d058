// Master data from an ERP's message to the command line, through a real broker, journal and view.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { PlantId } from "../../core/plant/identifiers.ts"
import { inboundQueue } from "../../core/port/broker.ts"
import { makePlant, rows, settled, startCore, traveler } from "../harness/processes.ts"
import { messagesOf, publishing } from "./publish.ts"

const id = PlantId.make("ulm")
const message = messagesOf(id)
const publish = publishing(id)

const byErp = (messageId: string, type: string, body: object) => ({
  ...message(messageId, type, body),
  exchange: "erp.events" as const,
  appId: "erp"
})

const item = (messageId: string, occurredAt: string, description: string) =>
  byErp(messageId, "MaterialDefinitionPublished", { itemId: "STEEL-7", unit: "KGM", occurredAt, description })

const { messageId: _, ...anonymous } = item("", "2026-11-01T08:00:00+01:00", "Bar")

it.live(
  "an ERP's master data is kept in every version; published again it changes nothing, and an MES may not publish any",
  () =>
    Effect.gen(function* () {
      const plant = yield* makePlant
      yield* traveler(plant, "doctor")
      yield* rows(plant, "insert into plant (plant) values ($1)", [id])
      yield* publish(plant, [
        item("erp-2", "2026-11-03T08:00:00+01:00", "Round bar 7 mm, hardened"),
        item("erp-1", "2026-11-02T08:00:00+01:00", "Round bar 7 mm"),
        // The whole of it, every night.
        item("erp-9", "2026-11-03T08:00:00+01:00", "Round bar 7 mm, hardened"),
        // Without an id, and twice.
        anonymous,
        anonymous,
        // Another content under an id that was used.
        item("erp-1", "2026-11-02T09:00:00+01:00", "Round bar 8 mm"),
        { ...item("mes-1", "2026-11-04T08:00:00+01:00", "Square bar"), exchange: "mes.events" as const }
      ])
      yield* startCore(plant)
      yield* settled(plant, inboundQueue(id), 6, 60_000)

      const [record, ...more] = JSON.parse(yield* traveler(plant, "masterdata", "show", "STEEL-7", "--json"))
      expect(more).toEqual([])
      expect(record).toMatchObject({
        plant: id,
        kind: "MaterialDefinition",
        content: { itemId: "STEEL-7", unit: "KGM", description: "Round bar 7 mm, hardened" },
        published: 4
      })
      const history: ReadonlyArray<{ messageId: string; type: string }> = record.history
      expect(history.map(({ messageId, type }) => `${messageId} ${type}`)).toEqual([
        "erp-2 MaterialDefinitionPublished",
        "erp-1 MaterialDefinitionPublished",
        "erp-9 MaterialDefinitionPublished",
        expect.stringMatching(/^sha256:[0-9a-f]+ MaterialDefinitionPublished$/),
        "erp-1 MessageParked"
      ])
      expect(yield* traveler(plant, "masterdata", "list", "--plant", id)).toContain("ulm MaterialDefinition STEEL-7")
      const cases: ReadonlyArray<{ id: string; messageId: string; value: string }> = JSON.parse(
        yield* traveler(plant, "exceptions", "list", "--json")
      )
      expect(cases).toHaveLength(2)
      expect(cases).toContainEqual(expect.objectContaining({ messageId: "mes-1", field: "exchange" }))
      const reused = cases.find(({ messageId }) => messageId.startsWith("erp-1"))

      // The record's stream, where the second is parked, hears that it was waived, and nothing else comes of it.
      expect(yield* traveler(plant, "why", "message", reused?.id ?? "")).toContain("waits for")
      yield* traveler(plant, "exceptions", "waive", reused?.id ?? "", "--by", "Steward", "--reason", "Known", "--json")
      yield* settled(plant, inboundQueue(id), 6, 60_000)
      const [after] = JSON.parse(yield* traveler(plant, "masterdata", "show", "STEEL-7", "--json"))
      expect(after).toMatchObject({ published: 4, content: record.content })
      expect(after.history.at(-1)).toMatchObject({ type: "MessageNoted", data: { type: "CaseClosedNotice" } })
      const left = JSON.parse(yield* traveler(plant, "exceptions", "list", "--state", "open", "--json"))
      expect(left).toMatchObject([{ messageId: "mes-1" }])
    }).pipe(Effect.scoped),
  120_000
)
