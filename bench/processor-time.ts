// How much processor time a group of processes has used, read from /proc. Used by the bench's scenarios; Linux only.
import { readdirSync, readFileSync } from "node:fs"

/** Seconds of user and system time; undefined where the machine has no /proc. */
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

/** `node` is the process id of the core; `database` has a name that no other database's holds. */
export const processorTime = (node: number, database: string): ProcessorTime | undefined => {
  if (text("/proc/self/stat") === "") return undefined
  let postgres = 0
  let broker = 0
  for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const title = text(`/proc/${id}/cmdline`).replaceAll("\0", " ")
    if (isPostgres(title, database)) postgres += secondsOf(text(`/proc/${id}/stat`))
    else if (isBroker(title)) broker += secondsOf(text(`/proc/${id}/stat`))
  }
  return { node: secondsOf(text(`/proc/${node}/stat`)), postgres, broker }
}

export const since = (before: ProcessorTime, after: ProcessorTime): ProcessorTime => ({
  node: after.node - before.node,
  postgres: after.postgres - before.postgres,
  broker: after.broker - before.broker
})
