// A badge is known by one random id, whoever asks first; erasing its row forgets the person.
import { PgClient } from "@effect/sql-pg"
import { describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { expect } from "vitest"
import { personsLayer, rememberedFor } from "../../../adapters/postgres/persons.ts"
import { Badge, PlantId } from "../../../core/plant/identifiers.ts"
import { Persons } from "../../../core/port/persons.ts"
import { temporaryTables } from "../../harness/database.ts"

const holder = (plant: string, badge: string) => ({ plant: PlantId.make(plant), badge: Badge.make(badge) })

/** The register as a process that has just started sees it. */
const register = Effect.map(Layer.build(Layer.fresh(personsLayer)), Context.get(Persons))

const inDatabase = Effect.provide(temporaryTables({ partitions: 1 }))

describe("The register of persons", () => {
  it.live("gives each badge an id of its own, in the order asked, and the same one ever after", () =>
    Effect.gen(function* () {
      const persons = yield* register
      const asked = [holder("hamburg", "7"), holder("lyon", "7"), holder("hamburg", "8"), holder("hamburg", "7")]
      const ids = yield* persons.identify(asked)
      expect(new Set(ids).size).toBe(3)
      expect(ids[3]).toBe(ids[0])
      expect(yield* persons.identify(asked)).toEqual(ids)
      expect(yield* (yield* register).identify(asked)).toEqual(ids)
    }).pipe(inDatabase)
  )

  it.live("gives one id when many processes see a badge for the first time at once", () =>
    Effect.gen(function* () {
      const registers = yield* Effect.forEach([1, 2, 3, 4], () => register)
      const badges = Array.from({ length: 50 }, (_, index) => holder("hamburg", String(index)))
      const ids = yield* Effect.forEach(
        registers,
        (persons, index) => persons.identify(index % 2 === 0 ? badges : badges.toReversed()),
        { concurrency: "unbounded" }
      )
      for (const [index, found] of ids.entries()) expect(index % 2 === 0 ? found : found.toReversed()).toEqual(ids[0])
    }).pipe(inDatabase)
  )

  it.effect("answers a badge that it knows from memory, and nothing for no badges", () =>
    Effect.gen(function* () {
      const persons = yield* register
      const sql = yield* PgClient.PgClient
      const [id] = yield* persons.identify([holder("hamburg", "7")])
      yield* sql`alter table person rename to gone`
      expect(yield* persons.identify([holder("hamburg", "7")])).toEqual([id])
      expect(yield* persons.identify([])).toEqual([])
      expect(yield* Effect.flip(persons.identify([holder("hamburg", "8")]))).toMatchObject({ field: "table person" })
    }).pipe(inDatabase)
  )

  it.effect("asks anew after a while, so that no process goes on with the id of somebody who was erased", () =>
    Effect.gen(function* () {
      const persons = yield* register
      const sql = yield* PgClient.PgClient
      const [before] = yield* persons.identify([holder("hamburg", "7")])
      yield* sql`delete from person where person_id = ${before ?? ""}::uuid`
      expect(yield* persons.identify([holder("hamburg", "7")])).toEqual([before])
      yield* TestClock.adjust(rememberedFor)
      const [after] = yield* persons.identify([holder("hamburg", "7")])
      expect(after).not.toBe(before)
      expect(yield* persons.identify([holder("hamburg", "7")])).toEqual([after])
    }).pipe(inDatabase)
  )

  it.live("fails where a person isn't found, rather than giving somebody else's id", () =>
    Effect.gen(function* () {
      const persons = yield* register
      const sql = yield* PgClient.PgClient
      yield* sql`create function never() returns trigger language plpgsql as 'begin return null; end'`
      yield* sql`create trigger never before insert on person for each row when (new.badge = '8') execute function never()`
      const asked = ["7", "8", "9"].map((badge) => holder("hamburg", badge))
      const failure = yield* Effect.flip(persons.identify(asked))
      expect(failure).toMatchObject({ _tag: "TechnicalFailure", field: "table person", value: "1 of 3 missing" })
      yield* sql`drop trigger never on person`
      expect(new Set(yield* persons.identify(asked)).size).toBe(3)
    }).pipe(inDatabase)
  )

  it.live("forgets a person whose row is erased: the badge is then somebody else", () =>
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      const [before] = yield* (yield* register).identify([holder("hamburg", "7")])
      yield* sql`delete from person where person_id = ${before ?? ""}::uuid`
      const [after] = yield* (yield* register).identify([holder("hamburg", "7")])
      expect(after).not.toBe(before)
    }).pipe(inDatabase)
  )
})
