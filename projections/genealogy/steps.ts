// One step of a recall through the view `genealogy`: the edges that lead on from any number of nodes. Used by recalls.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { StreamName } from "../../core/journal/stream.ts"
import { Certainty } from "../../core/plant/lot.ts"
import { type Cut, counts } from "../cut.ts"
import { type Direction, ends } from "./queries.ts"
import { Through } from "./through.ts"

export interface Step {
  /** Which of the nodes asked for it leads on from. */
  readonly place: number
  readonly node: StreamName
  readonly through: Through
  readonly certainty: Certainty
  /** Out of the order again, unused: it takes back what another step says, and is no way by itself. */
  readonly isReturn: boolean
}

/** With the names of both times that every view's cut knows. */
const edge = `(
  select stream, source, target, through, certainty, quantity, unit, specific, partition, "offset", valid_from as occurred_at,
    known_from as recorded_at, known_until, until_offset
  from genealogy.edge
) as edge`

/** Each begins with another letter, which stands for it on the way. */
const byLetter = <Word extends string>(words: ReadonlyArray<Word>) => {
  const word = new Map(words.map((word) => [word.slice(0, 1), word]))
  return (letter: string): Word => {
    const found = word.get(letter)
    if (found === undefined) throw new Error(`The view genealogy holds an edge of a kind that begins with "${letter}"`)
    return found
  }
}
const throughOf = byLetter(Through.literals)
const certaintyOf = byLetter(Certainty.literals)

const stepOf = (line: string, first: number): Step => {
  const letters = line.search(/\D/)
  return {
    place: first + Number(line.slice(0, letters)) - 1,
    through: throughOf(line.charAt(letters)),
    certainty: certaintyOf(line.charAt(letters + 1)),
    isReturn: line.charAt(letters + 2) === "-",
    node: StreamName(line.slice(letters + 3))
  }
}

/**
 * One statement, however many nodes; each line of a report is a step. An edge into an order whose line says which lot it
 * went into is left out: the edge between the lots is the way. Names go and come as one text with a line for each, which
 * costs a tenth of a row each: a recall takes 200,000 steps. Places are counted from `first` on.
 */
export const stepsFrom = Effect.fnUntraced(function* (
  nodes: ReadonlyArray<string>,
  direction: Direction,
  cut: Cut,
  first: number
) {
  const sql = yield* SqlClient.SqlClient
  const [near, far] = ends[direction].map((end) => sql.literal(end))
  const [found] = yield* sql<{ readonly steps: string | null }>`
    select string_agg(place || left(through, 1) || left(certainty, 1) || case when quantity < 0 then '-' else '+' end || ${far}, chr(10)) as steps
    from unnest(string_to_array(${nodes.join("\n")}, chr(10)) collate "C") with ordinality as near (name, place)
      join ${sql.literal(edge)} on edge.${near} = near.name
    where not specific and ${counts(sql, cut)}`
  return (found?.steps?.split("\n") ?? []).map((line) => stepOf(line, first))
})

export interface Pair {
  readonly source: string
  readonly target: string
}

/** Pairs as a table of their own. */
const pairsIn = (sql: SqlClient.SqlClient, pairs: ReadonlyArray<Pair>) => sql`
  unnest(
    string_to_array(${pairs.map(({ source }) => source).join("\n")}, chr(10)) collate "C",
    string_to_array(${pairs.map(({ target }) => target).join("\n")}, chr(10)) collate "C"
  ) as pair (source, target)`

/** The streams that say so of these edges. */
export const reportersOf = Effect.fnUntraced(function* (pairs: ReadonlyArray<Pair>, cut: Cut) {
  const sql = yield* SqlClient.SqlClient
  if (pairs.length === 0) return []
  const rows = yield* sql<{ readonly stream: StreamName }>`
    select distinct stream from ${pairsIn(sql, pairs)} join ${sql.literal(edge)} using (source, target)
    where ${counts(sql, cut)} order by stream`
  return rows.map(({ stream }) => stream)
})

/**
 * Of these edges from a lot into an order, those of which all came back, in each unit: no less than is known to have gone in.
 */
export const broughtBack = Effect.fnUntraced(function* (pairs: ReadonlyArray<Pair>, cut: Cut) {
  const sql = yield* SqlClient.SqlClient
  if (pairs.length === 0) return []
  return yield* sql<Pair>`
    select source, target from (
      select source, target, unit, sum(quantity) as net
      from ${pairsIn(sql, pairs)} join ${sql.literal(edge)} using (source, target)
      where ${counts(sql, cut)}
      group by source, target, unit
    ) as netted
    group by source, target having bool_and(net <= 0)`
})

/** A lot that an order had on its equipment, though no step from the lot leads to the order. */
export interface OnEquipment {
  readonly order: StreamName
  readonly lot: StreamName
  /** It went into one of the order's lots alone; else the order made it. */
  readonly isInput: boolean
}

export const onEquipmentOf = Effect.fnUntraced(function* (orders: ReadonlyArray<string>, cut: Cut) {
  const sql = yield* SqlClient.SqlClient
  const found = sql`from ${sql.literal(edge)} where quantity > 0 and ${counts(sql, cut)}`
  return yield* sql<OnEquipment>`
    select name as "order", lot, "isInput"
    from unnest(string_to_array(${orders.join("\n")}, chr(10)) collate "C") as near (name)
      cross join lateral (
        select target as lot, false as "isInput" ${found} and source = name and through = 'production'
        union select source, true ${found} and target = name and specific
      ) as known
    order by "order", lot, "isInput"`
})
