// From when to when an order was on a work center, of all that was said of it. Pure. Used by `windows.ts`.
import type { Node } from "../derived.ts"
import type { Times } from "../place.ts"

/** What the view `equipment` has: a use begins or ends, or a report of the order names the work center. */
export interface Said extends Times {
  readonly kind: "UseStart" | "UseEnd" | "Report"
  readonly order: Node
  readonly operation: string | null
}

export interface Presence {
  readonly order: Node
  /** Milliseconds since 1970, as all times. */
  readonly from: number
  readonly to: number
  readonly recordedAt: number
}

interface Open extends Times {
  readonly order: Node
}

/**
 * An order was there whenever something says so, and from the start of a use to its end. A use whose end nobody said is
 * known by its start alone: that it goes on until the next one begins is a guess, which no clean break would survive.
 */
export const presencesOf = (statements: ReadonlyArray<Said>): ReadonlyArray<Presence> => {
  const uses = new Map<string, Open>()
  let current: string | undefined
  return statements.map(({ at, kind, operation, order, recordedAt }) => {
    const use = `${order}\n${operation ?? ""}`
    const moment = { order, from: at, to: at, recordedAt }
    if (kind === "UseStart") {
      if (current !== use || !uses.has(use)) uses.set(use, { order, at, recordedAt })
      current = use
    }
    if (kind !== "UseEnd") return moment
    // Where the one names an operation and the other none, it may be the same use.
    const named = [use, `${order}\n`]
    const ended = [...uses].filter(([key, open]) => (operation === null ? open.order === order : named.includes(key)))
    for (const [key] of ended) uses.delete(key)
    return ended.reduce((presence, [, open]) => hull(presence, { ...open, from: open.at, to: at }), moment)
  })
}

/** From the first time to the last. */
export const hull = (one: Presence, other: Presence): Presence => ({
  order: one.order,
  from: Math.min(one.from, other.from),
  to: Math.max(one.to, other.to),
  recordedAt: Math.max(one.recordedAt, other.recordedAt)
})
