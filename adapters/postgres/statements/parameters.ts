// Array parameters with their type said: inferred ones fail on mixed sizes and on nothing but nulls.
// Used by the statements of adapters/postgres and adapters/archive.
import { PgTypes } from "@effect/sql-pg"
import { Result } from "effect"

const arrayOf =
  <A>(elementOid: number) =>
  (values: ReadonlyArray<A>): PgTypes.Parameter =>
    Result.getOrThrow(PgTypes.array(values, elementOid))

export const int4s = arrayOf<number>(PgTypes.OID.int4)
export const texts = arrayOf<string>(PgTypes.OID.text)
export const byteas = arrayOf<Uint8Array>(PgTypes.OID.bytea)

export const bigints = arrayOf<bigint>(PgTypes.OID.int8)
/** Whole numbers up to 2^53: the client takes and gives 64-bit integers as bigint alone. */
export const int8s = (values: ReadonlyArray<number>): PgTypes.Parameter => bigints(values.map(BigInt))
