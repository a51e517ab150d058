// The owner's state of one partition, with a counter for an actor.
import { Result } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Behaviour, Cell } from "../../../actors/behaviour.ts"
import { PartitionState } from "../../../actors/partition-state.ts"
import { decode } from "../../../core/journal/codec.ts"
import type { EventContent } from "../../../core/journal/event.ts"
import { eventHash, genesis, sha256 } from "../../../core/journal/hash.ts"
import type { LoadedStream } from "../../../core/journal/journal.ts"
import { recordedEvent } from "../../../core/journal/recorded.ts"
import { StreamName } from "../../../core/journal/stream.ts"
import { MessageId, OrderId, PlantId, Source } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import type { Incoming } from "../../../core/port/door.ts"

const occurredAt = OccurredAt.make("2026-11-23T06:00:00Z")

/** Notes every message; dies of the reason "poison". Counts what it has evolved. */
const counter: Behaviour = {
  format: "counter/1",
  activate: (packed) => {
    let count = packed === undefined ? 0 : (packed[0] ?? 0)
    const cell: Cell = {
      decide: (message) => {
        const reason = "reason" in message.body ? String(message.body.reason) : ""
        if (reason === "poison") throw new Error("A bug")
        return Result.succeed([{ type: "MessageNoted", data: { type: message.type, reason } }])
      },
      evolve: (events) => {
        count += events.length
      },
      pack: () => Uint8Array.of(count)
    }
    return cell
  }
}

const fresh = () =>
  new PartitionState(3, { offset: 0, hash: genesis, recordedAt: 0, lastKey: 0 }, { order: counter, case: counter })

const message = (order: string, id: string, reason = "", redelivered = false): Incoming => {
  const digest = sha256(new TextEncoder().encode(`${order} ${id} ${reason}`))
  const source = Source.make("ulm/mes.events/mes")
  const messageId = MessageId.make(id)
  const delivery = {
    queue: "traveler.in.ulm",
    plant: PlantId.make("ulm"),
    exchange: "mes.events",
    type: "ProductionOrderHeld",
    contentType: "application/json",
    schemaVersion: "1",
    routingKey: "ulm.ProductionOrderHeld",
    redelivered,
    body: new Uint8Array([1])
  }
  return {
    stream: StreamName(`order/ulm/${order}`),
    metadata: { source, messageId, digest, queue: "traveler.in.ulm", occurredAt },
    content: {
      _tag: "Understood",
      message: { type: "ProductionOrderHeld", body: { orderId: OrderId.make(order), occurredAt, reason } }
    },
    redelivered,
    delivery
  }
}

/** The envelope of the first message of A under another id. */
const renamed = (id: string) => ({ ...message("A", "1").metadata, messageId: MessageId.make(id) })

const none: ReadonlyMap<StreamName, unknown> = new Map()

describe("exactly once by history", () => {
  it("a message is handled once, and is a duplicate ever after", () => {
    const state = fresh()
    expect(state.decide([message("A", "1")], 5, none).verdicts).toEqual(["handled"])
    const again = state.decide([message("A", "1"), message("A", "2"), message("A", "2")], 5, none)
    expect(again.verdicts).toEqual(["duplicate", "handled", "duplicate"])
    expect(again.append.rows).toHaveLength(1)
  })

  it("the same id with another content is parked with its bytes, once", () => {
    const state = fresh()
    state.decide([message("A", "1", "x")], 5, none)
    const other = state.decide([message("A", "1", "y")], 5, none)
    expect(other.verdicts).toEqual(["parked"])
    expect(other.append.raw).toHaveLength(1)
    expect(state.decide([message("A", "1", "y"), message("A", "1", "x")], 5, none).verdicts).toEqual([
      "duplicate",
      "duplicate"
    ])
  })

  it.each(["", "x"])("also where the id is long, of characters that take two units each (%j)", (odd) => {
    const id = `${odd}${"\u{1F527}".repeat(150)}`
    const state = fresh()
    state.decide([message("A", id, "x")], 5, none)
    expect(state.decide([message("A", id, "y")], 5, none).verdicts).toEqual(["parked"])
  })

  it("a second body without an id is suspected, unless the broker calls it a redelivery", () => {
    const state = fresh()
    state.decide([message("A", "sha256:1")], 5, none)
    const redelivered = state.decide([message("A", "sha256:1", "", true)], 5, none)
    expect([redelivered.verdicts, redelivered.append.rows.length]).toEqual([["duplicate"], 0])
    const repeated = state.decide([message("A", "sha256:1")], 5, none)
    expect([repeated.verdicts, repeated.append.rows[0]?.type]).toEqual([["suspected"], "DuplicateSuspected"])
  })

  it("an actor made from the journal's events, or from a snapshot, knows what was handled", () => {
    const state = fresh()
    const more = Array.from({ length: 40 }, (_, index) => message("A", `more ${index}`))
    const first = state.decide([message("A", "1"), message("A", "2", "x"), message("A", "2", "y"), ...more], 5, none)
    const [snapshot] = state.passivate(0, first.number)
    const key = first.append.newStreams[0]?.key ?? 0
    const fromEvents: LoadedStream = { key, tail: first.append.rows.map(recordedEvent) }
    if (snapshot === undefined) throw new Error("A tail of 43 events is worth a snapshot")
    for (const loaded of [fromEvents, { key, tail: [], snapshot }]) {
      const reloaded = fresh()
      reloaded.admit(new Map([[StreamName("order/ulm/A"), loaded]]))
      const again = reloaded.decide([message("A", "1"), message("A", "2", "x"), message("A", "2", "y")], 5, none)
      expect(again.verdicts).toEqual(["duplicate", "duplicate", "duplicate"])
    }
  })
})

describe("the log", () => {
  it("is gapless and chained, and its clock never goes back", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("A", "B", "C"), fc.nat(20), fc.nat(100)), { maxLength: 60 }),
        (sent) => {
          const state = fresh()
          let offset = 0
          let hash: Uint8Array = genesis
          let recordedAt = 0
          const versions = new Map<string, number>()
          for (const [order, id, now] of sent) {
            for (const row of state.decide([message(order, String(id))], now, none).append.rows) {
              expect(row.offset).toBe(++offset)
              expect(row.version).toBe((versions.get(row.stream) ?? 0) + 1)
              expect(row.recordedAt).toBeGreaterThanOrEqual(recordedAt)
              expect(row.hash).toEqual(eventHash(hash, row))
              versions.set(row.stream, row.version)
              hash = row.hash
              recordedAt = row.recordedAt
            }
          }
        }
      )
    )
  })
})

describe("what can't be decided", () => {
  it("is handed back for its case, leaves no trace in the log, and harms nobody else", () => {
    const state = fresh()
    const batch = state.decide([message("A", "1"), message("A", "2", "poison"), message("A", "3")], 5, none)
    expect(batch.verdicts).toMatchObject([
      "handled",
      { undecidable: { class: "TechnicalFailure", value: "A bug" } },
      "handled"
    ])
    expect(batch.append.rows.map((row) => row.version)).toEqual([1, 2])
  })

  it("neither can a stream whose events can't be read: it isn't taken for a new one", () => {
    const state = fresh()
    const name = StreamName("order/ulm/A")
    const broken = state.admit(new Map([[name, { key: 1, tail: [], unreadable: "Corrupt row" }]]))
    const batch = state.decide([message("A", "1")], 5, broken)
    expect(batch.verdicts).toMatchObject([{ undecidable: { value: "Corrupt row" } }])
    expect(batch.append.rows).toEqual([])
  })

  it("neither can a stream that can't be loaded", () => {
    const state = fresh()
    const broken = new Map([[StreamName("order/ulm/A"), new Error("Unreadable")]])
    expect(state.decide([message("A", "1"), message("B", "1")], 5, broken).verdicts).toMatchObject([
      { undecidable: {} },
      "handled"
    ])
  })
})

describe("an equal body under another id", () => {
  const [first, twin] = [message("A", "1"), { ...message("A", "1"), metadata: renamed("twin") }]

  it("is recorded as well, and flagged as one that perhaps was sent twice: nothing to send again", () => {
    const state = fresh()
    expect(state.decide([first, twin, twin], 5, none).verdicts).toEqual(["handled", "handled", "duplicate"])
    const { append } = state.decide([{ ...twin, metadata: renamed("3") }], 5, none)
    expect(append.rows.map((row) => row.type)).toEqual(["MessageNoted", "DuplicateSuspected"])
    const { data } = decode<EventContent>(append.rows[1]?.content ?? new Uint8Array())
    expect(data).toMatchObject({ subject: { message: { messageId: "3" }, recorded: true } })
  })

  it("is known from a snapshot, too", () => {
    const state = fresh()
    const { number } = state.decide(
      Array.from({ length: 40 }, (_, index) => message("A", String(index))),
      5,
      none
    )
    const [snapshot] = state.passivate(0, number)
    if (snapshot === undefined) throw new Error("40 events are worth a snapshot")
    state.admit(new Map([[StreamName("order/ulm/A"), { key: 1, tail: [], snapshot }]]))
    const { append } = state.decide([twin], 5, none)
    expect(append.rows.map((row) => row.type)).toEqual(["MessageNoted", "DuplicateSuspected"])
  })

  it("is known from a snapshot, too, where it was the second body of its id", () => {
    const second = { ...first, metadata: { ...first.metadata, digest: sha256(new Uint8Array([2])) } }
    const again = { ...second, metadata: { ...second.metadata, messageId: MessageId.make("again") } }
    const state = fresh()
    const others = Array.from({ length: 40 }, (_, index) => message("A", `m${index}`))
    const { number } = state.decide([first, second, ...others], 5, none)
    const [snapshot] = state.passivate(0, number)
    if (snapshot === undefined) throw new Error("That is worth a snapshot")
    state.admit(new Map([[StreamName("order/ulm/A"), { key: 1, tail: [], snapshot }]]))
    const { append } = state.decide([again], 5, none)
    expect(append.rows.map((row) => row.type)).toEqual(["MessageNoted", "DuplicateSuspected"])
  })

  it("isn't flagged on another stream, or where the core itself says the same of two lines", () => {
    const state = fresh()
    const { delivery: _, ...inside } = twin
    const other = { ...twin, stream: StreamName("order/ulm/B") }
    const { append } = state.decide([first, other, inside], 5, none)
    expect(append.rows.map((row) => row.type)).toEqual(["MessageNoted", "MessageNoted", "MessageNoted"])
  })
})

describe("passivation", () => {
  it("never lets go of an actor that is ahead of the journal", () => {
    const state = fresh()
    const first = state.decide([message("A", "1")], 5, none)
    const second = state.decide([message("B", "1")], 5, none)
    state.passivate(0, first.number)
    expect(state.missing([message("A", "2"), message("B", "2")])).toEqual(["order/ulm/A"])
    state.passivate(0, second.number)
    expect(state.missing([message("B", "2")])).toEqual(["order/ulm/B"])
  })

  it("lets the longest idle go first", () => {
    const state = fresh()
    for (const order of ["A", "B", "A", "C"]) state.decide([message(order, `${Math.random()}`)], 5, none)
    state.passivate(2, 4)
    expect(state.missing([message("A", "x"), message("B", "x"), message("C", "x")])).toEqual(["order/ulm/B"])
  })
})
