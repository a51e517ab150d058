// Work centers from a gateway's burst of samples to the command line, through a real broker, journal and view.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { PlantId } from "../../core/plant/identifiers.ts"
import { inboundQueue } from "../../core/port/broker.ts"
import { makePlant, rows, settled, startCore, traveler } from "../harness/processes.ts"
import { messagesOf, publishing } from "./publish.ts"

const id = PlantId.make("ulm")
const publish = publishing(id)
const message = (messageId: string, type: string, second: number, body: object) =>
  messagesOf(id)(messageId, type, { workCenterId: "FILLER/2", occurredAt: time(second), ...body })

/** Seconds before and after the day's end, in the plant's own time. */
const time = (second: number) => `${new Date(Date.UTC(2025, 11, 1) + second * 1_000).toISOString().slice(0, 19)}+01:00`

/** Twenty thousand seconds around the day's end, one message for a thousand: it stood for ten minutes, then ran. */
const burst = Array.from({ length: 20 }, (_, index) => {
  const seconds = Array.from({ length: 1_000 }, (_, at) => (index - 10) * 1_000 + at)
  const samples = seconds.map((at) => ({ at: time(at), state: at >= 5_000 && at < 5_600 ? "Down" : "Running" }))
  return message(`samples-${index}`, "EquipmentStateSampled", (index - 10) * 1_000 + 999, { samples })
})
const { messageId: _, ...anonymous } = message("", "EquipmentStateChanged", -12_000, { state: "Setup" })
const served = { orderId: "4711", operationId: "10" }

it.live(
  "a burst of samples makes few small events; state, order, readiness and clean breaks are told across the day's end",
  () =>
    Effect.gen(function* () {
      const plant = yield* makePlant
      yield* traveler(plant, "doctor")
      yield* rows(plant, "insert into plant (plant) values ($1)", [id])
      yield* publish(plant, [
        ...burst.toReversed(),
        ...burst.slice(0, 3),
        // Said again without an id: nothing happens twice by it.
        anonymous,
        anonymous,
        message("use-1", "EquipmentUseStarted", -10_000, { order: served }),
        message("clean-1", "CleanBreakRecorded", -11_000, {
          badge: "3100",
          startedAt: time(-13_000),
          endedAt: time(-12_500),
          method: "CIP",
          reference: "SAN-118"
        }),
        message("down-1", "DowntimeStarted", 9_000, { reason: "Seal torn" }),
        message("wrong-1", "EquipmentStateChanged", 9_100, { state: "Broken" })
      ])
      yield* startCore(plant)
      yield* settled(plant, inboundQueue(id), 25, 60_000)

      const shown = JSON.parse(yield* traveler(plant, "equipment", "show", "FILLER/2", "--at", time(9_999), "--json"))
      expect(shown).toMatchObject({
        plant: id,
        workCenterId: "FILLER/2",
        state: "Down",
        reason: "Seal torn",
        order: served,
        orderSince: time(-10_000),
        lastCleanBreak: { reference: "SAN-118", endedAt: time(-12_500), by: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        readiness: { ready: false, reason: `Down since ${time(9_000)}: Seal torn` }
      })
      const intervals: ReadonlyArray<{ from: string; state: string }> = shown.intervals
      expect(intervals.map(({ from, state }) => [from, state])).toEqual([
        [time(-12_000), "Setup"],
        [time(-10_000), "Running"],
        [time(5_000), "Down"],
        [time(5_600), "Running"],
        [time(9_000), "Down"]
      ])
      expect(yield* traveler(plant, "equipment", "list", "--plant", id)).toContain("ulm FILLER/2: not ready")

      const kept = yield* rows<{ type: string; events: number; longest: number }>(
        plant,
        "select type, count(*)::integer as events, max(length(content)) as longest from event group by type"
      )
      const sampled = kept.find(({ type }) => type === "EquipmentStateSampled")
      expect(sampled?.events).toBe(burst.length)
      expect(sampled?.longest).toBeLessThan(1_000)
      const cases = yield* rows<{ message: string }>(
        plant,
        "select message_id as message from exceptions.exception_case order by 1"
      )
      expect(cases.map(({ message }) => message)).toEqual(["wrong-1"])
    }).pipe(Effect.scoped),
  120_000
)
