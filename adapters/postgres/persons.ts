// The Persons port on Postgres: a random id for each badge, in one table that can be erased. Used by the composition
// root.
import { randomUUID } from "node:crypto"
import { Clock, Duration, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { TechnicalFailure } from "../../core/failure.ts"
import { type Badge, PersonId, type PlantId } from "../../core/plant/identifiers.ts"
import { Persons } from "../../core/port/persons.ts"
import { technicalFailure } from "./failure.ts"
import { texts } from "./statements/parameters.ts"

interface Holder {
  readonly plant: PlantId
  readonly badge: Badge
}

/** A plant's id has no line feed. */
const holderKey = ({ plant, badge }: { readonly plant: string; readonly badge: string }): string => `${plant}\n${badge}`

/** Enough for the people of many plants; the oldest go first. */
const remembered = 100_000

/** Then every id is asked for anew, so that no process goes on with somebody's who was erased. One query for all of them. */
export const rememberedFor = Duration.seconds(2)

/** Erased between the insert and the select: somebody else's id must not take the place. */
const notAllFound = (missing: number, asked: number) =>
  new TechnicalFailure({
    field: "table person",
    value: `${missing} of ${asked} missing`,
    reason: "Persons were erased while they were looked up",
    nextStep: "It is tried again by itself"
  })

/** Ids for holders that have none yet, sorted so that two processes can't wait for each other. */
const insertPersons = (sql: SqlClient.SqlClient, holders: ReadonlyArray<Holder>) =>
  sql`
    insert into person (plant, badge, person_id)
    select plant, badge, id::uuid from unnest(
      ${texts(holders.map(({ plant }) => plant))},
      ${texts(holders.map(({ badge }) => badge))},
      ${texts(holders.map(() => randomUUID()))}) as given (plant, badge, id)
    order by plant, badge
    on conflict do nothing`.raw

const selectPersons = (sql: SqlClient.SqlClient, holders: ReadonlyArray<Holder>) =>
  sql<{ readonly plant: string; readonly badge: string; readonly person_id: string }>`
    select plant, badge, person_id::text from person
    join unnest(${texts(holders.map(({ plant }) => plant))}, ${texts(holders.map(({ badge }) => badge))})
      as wanted (plant, badge) using (plant, badge)`

export const personsLayer = Layer.effect(
  Persons,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const known = new Map<string, PersonId>()
    let knownSince = 0

    const learn = Effect.fnUntraced(function* (strangers: ReadonlyArray<Holder>) {
      yield* insertPersons(sql, strangers)
      const rows = yield* selectPersons(sql, strangers)
      return rows.map((row) => [holderKey(row), PersonId.make(row.person_id)] as const)
    })

    const remember = (learned: ReadonlyArray<readonly [string, PersonId]>) => {
      for (const [key, id] of learned) known.set(key, id)
      for (const key of known.keys()) {
        if (known.size <= remembered) return
        known.delete(key)
      }
    }

    const forgetInTime = Effect.map(Clock.currentTimeMillis, (now) => {
      if (Math.abs(now - knownSince) < Duration.toMillis(rememberedFor)) return
      known.clear()
      knownSince = now
    })

    return Persons.of({
      identify: (badges) =>
        Effect.gen(function* () {
          yield* forgetInTime
          const ids = new Map<string, PersonId>()
          const strangers = new Map<string, Holder>()
          for (const holder of badges) {
            const key = holderKey(holder)
            const id = known.get(key)
            if (id === undefined) strangers.set(key, holder)
            else ids.set(key, id)
          }
          if (strangers.size > 0) {
            const learned = yield* learn(Array.from(strangers.values())).pipe(
              Effect.mapError(technicalFailure("table person"))
            )
            for (const [key, id] of learned) ids.set(key, id)
            remember(learned)
          }
          const answer = badges.flatMap((holder) => ids.get(holderKey(holder)) ?? [])
          return answer.length === badges.length
            ? answer
            : yield* notAllFound(badges.length - answer.length, badges.length)
        })
    })
  })
)
