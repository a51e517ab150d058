// The view `ledger`: of any history of lots the balances close, and a cut by either time or by a prefix of the journal answers
// what the events before it alone would; what was in process, who got and supplied a lot, and whether it might be used.
import { PgClient } from "@effect/sql-pg"
import { it, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import fc from "fast-check"
import { describe, expect } from "vitest"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { lotStream, orderStream } from "../../core/journal/stream.ts"
import { lotNotices } from "../../core/message/lot.ts"
import { ItemId, LotId, MessageId, OperationId, OrderId, PartnerId } from "../../core/plant/identifiers.ts"
import { LotScope } from "../../core/plant/lot.ts"
import { instant } from "../../core/plant/time.ts"
import { type Cut, everything } from "../../projections/cut.ts"
import { bookedOf, dispositionsOf } from "../../projections/ledger/queries.ts"
import { bookedStatement } from "../../projections/ledger/statement.ts"
import { at, order, plant, quantity, Writer } from "./events.ts"
import { emptyLedger, fillLedger, ledgerTables } from "./ledger.ts"
import { LotHistory, lotCalled, lotSteps } from "./lot-history.ts"

const numbers = Array.from({ length: 8 }, (_, number) => number)
const lots = numbers.map((number) => lotStream(lotCalled(number)))

const rows = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const all: Array<string> = []
  for (const table of ledgerTables) {
    const found = yield* sql<{ readonly row: unknown }>`select to_jsonb(each) as row from ledger.${sql(table)} as each`
    all.push(...found.map(({ row }) => `${table} ${JSON.stringify(row)}`).sort())
  }
  return all
})

/** As if it had happened then: what a reaction tells happened when what it tells of did. */
const happening = (events: ReadonlyArray<RecordedEvent>, minutes: ReadonlyArray<number>) => {
  let minute = 0
  return events.map((event, number): RecordedEvent => {
    if (!Object.hasOwn(lotNotices, event.type)) minute = minutes[number % minutes.length] ?? 0
    return { ...event, metadata: { ...event.metadata, occurredAt: at(minute) } }
  })
}

/** The streams of other partitions first, each in its own order. */
const mixed = (events: ReadonlyArray<RecordedEvent>) =>
  events.toSorted((left, right) => right.partition - left.partition || left.offset - right.offset)

const isReversal = ({ type }: RecordedEvent) => type.endsWith("Reversed")

/** A reversal says of what it names that it never was, whenever it was said. */
const within =
  ({ occurredBy = Infinity, prefix, recordedBy = Infinity }: Cut) =>
  (event: RecordedEvent) =>
    event.recordedAt <= recordedBy &&
    (isReversal(event) || instant(event.metadata.occurredAt) <= occurredBy) &&
    event.offset <= (prefix === undefined ? Infinity : (prefix.get(event.partition) ?? 0))

const recorded = (second: number) => instant(at(0)) + second * 1_000

const cuts = fc.record(
  {
    recordedBy: fc.integer({ min: -1, max: 200 }).map(recorded),
    occurredBy: fc.integer({ min: -1, max: 200 }).map((minute) => instant(at(0)) + minute * 60_000),
    prefix: fc
      .array(fc.nat(60), { minLength: 4, maxLength: 4 })
      .map((offsets) => new Map(offsets.map((offset, partition) => [partition, offset])))
  },
  { requiredKeys: [] }
)

/** All that was recorded before the first reversal, by time and by the journal's prefix. */
const beforeReversal = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<Cut> => {
  const at = events.findIndex(isReversal)
  const recordedBy = events[at - 1]?.recordedAt
  if (recordedBy === undefined) return []
  const prefix = new Map(events.slice(0, at).map(({ offset, partition }) => [partition, offset]))
  return [{ recordedBy }, { prefix }]
}

describe("any history of lots", () => {
  it.live("has balances that close, and a cut answers what the events before it alone would", () =>
    Effect.gen(function* () {
      const run = Effect.runPromiseWith(yield* Effect.context<SqlClient.SqlClient>())
      const property = fc.asyncProperty(
        lotSteps,
        fc.array(fc.nat(200), { minLength: 1, maxLength: 200 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
        fc.array(cuts, { minLength: 2, maxLength: 2 }),
        async (plan, minutes, sizes, anywhere) => {
          const history = new LotHistory(plan)
          const events = happening(history.writer.events, minutes)
          const wanted = [...anywhere, ...beforeReversal(events)]
          await run(fillLedger(events))
          const whole = await run(rows)
          const { balances } = await run(bookedOf(lots, everything))
          for (const [number, lot] of lots.entries()) {
            const [balance] = balances.get(lot) ?? []
            expect(Math.round(Number(balance?.onHand ?? "0") * 10)).toBe(history.onHand.get(number) ?? 0)
          }
          const past = await run(bookedOf(lots, { occurredBy: instant(at(100)) }))
          for (const [balance] of [...balances.values(), ...past.balances.values()]) {
            expect(balance).toMatchObject({ unexplained: "0" })
          }
          // A time that cuts nothing sums the very rows; no cut takes the ready sums.
          expect(await run(bookedOf(lots, { recordedBy: Infinity }))).toEqual(await run(bookedOf(lots, everything)))
          const cutAnswers = await run(Effect.forEach(wanted, (cut) => bookedOf(lots, cut)))
          for (const [number, cut] of wanted.entries()) {
            await run(fillLedger(events.filter(within(cut))))
            expect(cutAnswers[number]).toEqual(await run(bookedOf(lots, everything)))
          }
          await run(fillLedger(mixed(events), sizes))
          expect(await run(rows)).toEqual(whole)
        }
      )
      yield* Effect.promise(() => fc.assert(property, { numRuns: 4, endOnFailure: true }))
    }).pipe(Effect.provide(emptyLedger))
  )
})

const lot = lotCalled(0)
const [stream = lotStream(lot)] = lots
const own = { itemId: lot.itemId, lotId: lot.lotId }
const told = { posting: "requested" } as const
const orderId = OrderId.make("4711")
const [saw, weld] = [OperationId.make("10"), OperationId.make("20")]

/** Ten of the lot went into an order of two operations, two came back; each a minute after the other. */
const begun = () => {
  const writer = new Writer()
  const plan = { itemId: ItemId.make("GATE"), quantity: quantity("5"), revision: 1 }
  const operations = [{ operationId: saw }, { operationId: weld }]
  writer.write(order("4711"), { type: "ProductionOrderReleased", data: { orderId, ...plan, operations } })
  const line = (value: string) => [{ ...lot, quantity: quantity(value) }]
  writer.write(order("4711"), { type: "MaterialConsumed", data: { orderId, materials: line("10"), ...told } })
  writer.write(order("4711"), { type: "MaterialReturned", data: { orderId, materials: line("2"), ...told } })
  return writer
}

const confirmFinally = (writer: Writer, operationId: OperationId) =>
  writer.write(order("4711"), { type: "OperationConfirmed", data: { orderId, operationId, final: true, ...told } })

const inProcess = Effect.fnUntraced(function* (writer: Writer, cut: Cut = everything) {
  yield* fillLedger(writer.events)
  return (yield* bookedOf([stream], cut)).balances.get(stream)?.[0]?.inProcess
})

layer(emptyLedger)((it) => {
  describe("What an order has taken of a lot is in process", () => {
    it.effect("less what it gave back, until the order is technically completed", () =>
      Effect.gen(function* () {
        const writer = begun()
        expect(yield* inProcess(writer)).toBe("8")
        writer.write(order("4711"), { type: "ProductionOrderTechnicallyCompleted", data: { orderId } })
        expect(yield* inProcess(writer)).toBe("0")
        expect(yield* inProcess(writer, { recordedBy: recorded(2), occurredBy: instant(at(2)) })).toBe("8")
        expect(yield* inProcess(writer, { recordedBy: recorded(1), occurredBy: instant(at(1)) })).toBe("10")
      })
    )

    it.effect("until every operation that its ruling revision plans is finally confirmed", () =>
      Effect.gen(function* () {
        const writer = begun()
        const version = confirmFinally(writer, saw)
        expect(yield* inProcess(writer)).toBe("8")
        confirmFinally(writer, weld)
        expect(yield* inProcess(writer)).toBe("0")
        const reverses = { messageId: MessageId.make("m-3") }
        const reversal = { orderId, reverses, reason: "Not yet", version, ...told }
        writer.write(order("4711"), { type: "ReportReversed", data: reversal })
        expect(yield* inProcess(writer)).toBe("8")
        const plan = { itemId: ItemId.make("GATE"), quantity: quantity("5"), revision: 2 }
        const operations = [{ operationId: weld }]
        writer.write(order("4711"), { type: "ProductionOrderChanged", data: { orderId, ...plan, operations } })
        expect(yield* inProcess(writer)).toBe("0")
        expect(yield* inProcess(writer, { recordedBy: recorded(5) })).toBe("8")
      })
    )
  })

  it.effect("suppliers, customers and words are told with what names them, as of any time", () =>
    Effect.gen(function* () {
      const writer = new Writer()
      const supplier = { partnerId: PartnerId.make("S-1"), lotId: LotId.make("HEAT-9"), certificate: "3.1/77" }
      writer.write(stream, { type: "LotReceived", data: { ...own, quantity: quantity("7.50"), supplier, ...told } })
      writer.write(stream, { type: "LotHeld", data: { ...own, reason: "Odd smell", ...told } })
      const delivery = { customer: PartnerId.make("C-1"), document: "DN-1", quantity: quantity("2.5") }
      writer.write(stream, { type: "LotShipped", data: { ...own, ...delivery, ...told } })
      // Said later, of an earlier time: the word on the later time holds.
      writer.write(stream, { type: "LotReleased", data: { ...own, reason: "Tested", ...told } }, { minute: 0 })
      yield* fillLedger(writer.events)
      const receipt = {
        ...{ partner: "S-1", partnerLot: "HEAT-9", certificate: "3.1/77" },
        ...{ quantity: "7.5", unit: "EA", occurredAt: instant(at(0)) }
      }
      const shipment = { customer: "C-1", document: "DN-1", quantity: "2.5", unit: "EA", occurredAt: instant(at(2)) }
      const word = { disposition: "held", reason: "Odd smell", since: instant(at(1)) }
      const { dispositions, receipts, shipments } = yield* bookedOf(lots, everything)
      expect([...receipts]).toEqual([[stream, [receipt]]])
      expect([...shipments]).toEqual([[stream, [shipment]]])
      expect([...dispositions]).toEqual([[stream, word]])
      expect(yield* dispositionsOf(lots, everything)).toEqual(dispositions)
      expect((yield* bookedOf(lots, { occurredBy: instant(at(1)) })).shipments).toEqual(new Map())
      const before = yield* bookedOf(lots, { occurredBy: instant(at(0)) })
      expect(before.dispositions.get(stream)).toMatchObject({ disposition: "released", reason: "Tested" })
    })
  )

  it.effect("the longest names that there are are held, and found", () =>
    Effect.gen(function* () {
      // Hardly any of it can be compressed, as an index would.
      const long = (length: number, from: number) =>
        Array.from({ length }, (_, at) => String.fromCodePoint(0x20000 + ((from + at * 7919) % 40_000))).join("")
      const scope = LotScope.make(`supplier/${long(60, 1)}`)
      const named = { scope, itemId: ItemId.make(long(200, 2)), lotId: LotId.make(long(200, 3)) }
      const taking = OrderId.make(long(200, 4))
      const materials = [{ ...named, quantity: quantity("3") }]
      const writer = new Writer()
      const data = { orderId: taking, materials, ...told }
      writer.write(orderStream(plant, taking), { type: "MaterialConsumed", data })
      yield* fillLedger(writer.events)
      const [balance] = (yield* bookedOf([lotStream(named)], everything)).balances.get(lotStream(named)) ?? []
      expect(balance).toMatchObject({ consumed: "3", inProcess: "3" })
    })
  )

  it.effect("what the lot's own stream doesn't have is unexplained", () =>
    Effect.gen(function* () {
      const writer = begun()
      writer.write(stream, { type: "LotReceived", data: { ...own, quantity: quantity("10"), ...told } })
      yield* fillLedger(writer.events)
      // Its stream was told neither of what the order took nor of what it gave back.
      const [balance] = (yield* bookedOf([stream], everything)).balances.get(stream) ?? []
      expect(balance).toMatchObject({ received: "10", consumed: "10", returned: "2", onHand: "10", unexplained: "-8" })
    })
  )

  it.effect("no table is read from end to end, however the question is cut", () =>
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      yield* fillLedger(begun().events)
      for (const cut of [everything, { recordedBy: recorded(1), occurredBy: recorded(1), prefix: new Map([[0, 5]]) }]) {
        const [text, parameters] = bookedStatement(sql, lots, cut).compile()
        // Among so few rows any table would be: it's left where no index serves.
        const explain = sql.unsafe<{ readonly "QUERY PLAN": string }>(`explain (costs off) ${text}`, parameters)
        const rows = yield* sql.withTransaction(Effect.andThen(sql`set local enable_seqscan = off`, explain))
        const plan = rows.map((line) => line["QUERY PLAN"]).join("\n")
        expect(plan).not.toContain("Seq Scan")
        expect(plan).toContain("Index")
      }
    })
  )
})
