// How much processor time a group of processes has used, read from /proc: undefined where there is none.
// Used by the bench's scenarios.
import { readdirSync, readFileSync } from "node:fs"

/** Seconds of user and system time. */
export interface ProcessorTime {
  readonly node: number
  readonly postgres: number
  readonly broker: number
}

const ticksPerSecond = 100

const text = (path: string): string => {
  try {
    return readFileSync(path, "latin1")
  } catch {
    // The process has ended meanwhile.
    return ""
  }
}

/** Of one process with all its threads. The name in parentheses may hold anything, so the fields count from its end. */
export const secondsOf = (stat: string): number => {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond
}

/** What Postgres does for all databases, and our backends; those of other databases are none of ours. */
export const isPostgres = (title: string, database: string): boolean =>
  title.startsWith("postgres:") &&
  (title.includes(` ${database} `) || /: (checkpointer|background writer|walwriter)\b/.test(title))

export const isBroker = (title: string): boolean => /beam.*-s rabbit boot/.test(title)

/** What it has used so far, by process id. */
type Used = { readonly [Part in keyof ProcessorTime]: ReadonlyMap<string, number> }

/** `core` is its process id; `database` has a name that no other database's name holds. */
export const processorTime = (core: number, database: string): Used | undefined => {
  if (text("/proc/self/stat") === "") return undefined
  const used = {
    node: new Map<string, number>(),
    postgres: new Map<string, number>(),
    broker: new Map<string, number>()
  }
  for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const title = text(`/proc/${id}/cmdline`).replaceAll("\0", " ")
    const part =
      id === String(core)
        ? used.node
        : isPostgres(title, database)
          ? used.postgres
          : isBroker(title)
            ? used.broker
            : undefined
    part?.set(id, secondsOf(text(`/proc/${id}/stat`)))
  }
  return used
}

/** Of the processes that are there still; one that is new counts from its start. */
const grown = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number =>
  after.entries().reduce((sum, [id, seconds]) => sum + seconds - (before.get(id) ?? 0), 0)

export const since = (before: Used, after: Used): ProcessorTime => ({
  node: grown(before.node, after.node),
  postgres: grown(before.postgres, after.postgres),
  broker: grown(before.broker, after.broker)
})
