// When a record of Tryton was written, and which were since. Pure; used by the changed-*.ts files.
import { Schema } from "effect"
import { TrytonTime, textOf } from "./answer.ts"

const Stamp = Schema.NullOr(TrytonTime)

/** Of every record; `write_date` is null until it is written a second time. */
export const stamps = { create_date: Stamp, write_date: Stamp }
export const stampNames = Object.keys(stamps)

interface Stamped {
  readonly create_date: TrytonTime | null
  readonly write_date: TrytonTime | null
}

/** The latest of its own and of those that are part of it. */
export const writtenAt = (...all: ReadonlyArray<Stamped>): string =>
  all
    .flatMap(({ create_date, write_date }) => [create_date, write_date])
    .map((time) => (time === null ? "" : textOf(time)))
    .sort()
    .at(-1) ?? ""

/** A record or, by `paths`, a part of it was written after that; every one where it is undefined. */
export const writtenSince = (since: object | undefined, ...paths: ReadonlyArray<string>): ReadonlyArray<unknown> => {
  if (since === undefined) return []
  const dates = ["", ...paths].flatMap((path) => stampNames.map((name) => [`${path}${name}`, ">", since]))
  return [["OR", ...dates]]
}

export const changeId = (written: string, model: string, id: number): string =>
  `${written}/${model}/${String(id).padStart(10, "0")}`
