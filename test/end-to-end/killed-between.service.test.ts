// The core is killed (-9) between an order's commit and what that means for its lots: each lot hears of each line once;
// and while it archives.
// Postgres itself holds the core at the place where it is to be killed, so that each window is certain.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { PlantId } from "../../core/plant/identifiers.ts"
import { eventually } from "../adapters/erp/posting.ts"
import { makePlant, type Plant, rows, settled, startCore, traveler } from "../harness/processes.ts"
import { messagesOf, publishing } from "./publish.ts"

const id = PlantId.make("killed")

/** Rows that the core can't write while the gate is closed. */
interface Held {
  readonly table: string
  readonly when: string
}

interface Window {
  readonly name: string
  readonly held: ReadonlyArray<Held>
  /** Whether the lots have heard of something by then. */
  readonly told: boolean
}

const windows: ReadonlyArray<Window> = [
  {
    name: "after an order's commit, before its lots' append: nothing is lost",
    held: [{ table: "event", when: "new.type in ('LotConsumed', 'LotProduced')" }],
    told: false
  },
  {
    name: "after the lots' append, before the reaction's checkpoint, and while it archives: nothing is doubled",
    held: [
      { table: "reader_checkpoint", when: "new.reader = 'reaction/lots'" },
      { table: "archive_block", when: "true" }
    ],
    told: true
  }
]

/** Whoever writes such a row waits, in the middle of the statement, for as long as the gate is closed. */
const buildGate = (plant: Plant, { held }: Window) =>
  Effect.forEach(
    [
      "create table gate (closed boolean not null)",
      "insert into gate values (false)",
      `create function wait_at_gate() returns trigger language plpgsql as $$
      begin
        while (select closed from gate) loop perform pg_sleep(0.02); end loop;
        return new;
      end $$`,
      ...held.map(
        ({ table, when }) =>
          `create trigger gate before insert on ${table} for each row when (${when}) execute function wait_at_gate()`
      )
    ],
    (statement) => rows(plant, statement)
  )

const close = (plant: Plant) => rows(plant, "update gate set closed = true")

/** What waits at the gate is thrown away first: its process is dead, but Postgres would still commit it. */
const clearAndOpen = (plant: Plant) =>
  Effect.andThen(
    rows(
      plant,
      `select pg_terminate_backend(pid, 10000) from pg_stat_activity
      where datname = current_database() and state = 'active' and pid <> pg_backend_pid()`
    ),
    rows(plant, "update gate set closed = false")
  )

const arrived = `
  select count(*)::integer as waiting from pg_stat_activity
  where datname = current_database() and wait_event = 'PgSleep'`

const recorded = `
  select type, count(*)::integer as count from event where type ~ '^(Material|Lot(Consumed|Produced))' group by type order by type`

const message = messagesOf(id)

const quantity = (value: string, unit: string) => ({ value, unit })
const received = ["S-1", "S-2"].map((lotId) =>
  message(`received/${lotId}`, "LotReceived", { itemId: "STEEL", lotId, quantity: quantity("100", "KGM") })
)
const steel = (lotId: string, value: string) => ({ itemId: "STEEL", lotId, quantity: quantity(value, "KGM") })

/** Three orders, each of which takes from both lots (from the first of them twice) and makes one. */
const orders = ["1", "2", "3"].flatMap((orderId) => [
  message(`consumed/${orderId}`, "MaterialConsumed", {
    orderId,
    materials: [steel("S-1", "10"), steel("S-2", "4"), steel("S-1", "0.5")]
  }),
  message(`produced/${orderId}`, "MaterialProduced", {
    orderId,
    materials: [{ itemId: "GEAR", lotId: `G-${orderId}`, quantity: quantity("7", "EA") }]
  })
])

const lotNode = (itemId: string, lotId: string) => `lot/plant%2F${id}/${itemId}/${lotId}`

const edges = `
  select source, target, trim_scale(quantity)::text as quantity from genealogy.edge
  where known_until is null order by source, target, quantity`
const expectedEdges = [
  ...["S-1", "S-2"].flatMap((lotId) =>
    ["1", "2", "3"].flatMap((orderId) =>
      (lotId === "S-1" ? ["0.5", "10"] : ["4"]).map((quantity) => ({
        source: lotNode("STEEL", lotId),
        target: `order/${id}/${orderId}`,
        quantity
      }))
    )
  ),
  ...["1", "2", "3"].map((orderId) => ({
    source: `order/${id}/${orderId}`,
    target: lotNode("GEAR", `G-${orderId}`),
    quantity: "7"
  }))
]

const publish = publishing(id)

const count = (plant: Plant) =>
  Effect.map(
    rows<{ readonly type: string; readonly count: number }>(plant, recorded),
    (found) => new Map(found.map(({ count, type }) => [type, count]))
  )

const haveLotsHeard = (plant: Plant) =>
  Effect.map(count(plant), (counted) => counted.has("LotConsumed") || counted.has("LotProduced"))

/** Offsets are a message's own, so with as many of them as messages none is there twice; the broker's own entries come first. */
const isArchived = (plant: Plant, sent: number) =>
  Effect.map(
    rows<{ readonly messages: number; readonly offsets: number }>(
      plant,
      `select sum(messages)::integer as messages, max(last_offset)::integer + 1 as offsets from archive_block`
    ),
    ([archived]) => archived?.messages === sent && archived.offsets === sent
  )

/** Some order's events are committed by then, not all: what waits at the gate keeps other appends waiting, too. */
const isHeldAtGate = Effect.fnUntraced(function* (plant: Plant, { held, told }: Window) {
  const [gate] = yield* rows<{ readonly waiting: number }>(plant, arrived)
  return gate !== undefined && gate.waiting >= held.length && (yield* haveLotsHeard(plant)) === told
})

for (const window of windows) {
  it.live(
    `killed ${window.name}`,
    () =>
      Effect.gen(function* () {
        const plant = yield* makePlant
        yield* traveler(plant, "doctor")
        yield* rows(plant, "insert into plant (plant) values ($1) on conflict do nothing", [id])
        yield* buildGate(plant, window)
        const core = yield* startCore(plant)
        yield* publish(plant, received)
        yield* settled(plant, `traveler.in.${id}`, received.length, 120_000)

        yield* close(plant)
        yield* publish(plant, orders)
        yield* eventually("the core is held at the gate", isHeldAtGate(plant, window), 60)
        yield* core.kill
        yield* clearAndOpen(plant)
        expect((yield* count(plant)).size).toBeGreaterThan(0)
        expect(yield* haveLotsHeard(plant)).toBe(window.told)

        yield* startCore(plant)
        yield* settled(plant, `traveler.in.${id}`, received.length + orders.length, 120_000)
        expect(Object.fromEntries(yield* count(plant))).toEqual({
          LotConsumed: 9,
          LotProduced: 3,
          MaterialConsumed: 3,
          MaterialProduced: 3
        })
        expect(
          yield* rows(plant, 'select lot, trim_scale(on_hand)::text as "onHand" from lots.lot_balance order by lot')
        ).toEqual([
          ...["G-1", "G-2", "G-3"].map((lot) => ({ lot, onHand: "7" })),
          { lot: "S-1", onHand: "68.5" },
          { lot: "S-2", onHand: "88" }
        ])
        expect(yield* rows(plant, edges)).toEqual(expectedEdges)
        yield* eventually("everything is archived", isArchived(plant, received.length + orders.length))
        expect(yield* rows(plant, "select from archive_gap")).toEqual([])
      }).pipe(Effect.scoped),
    300_000
  )
}
