// Faults that the sandbox ERP makes on request, from a seed. Kept in the server's memory: a restart heals it.
import type { Document } from "../../../core/port/erp.ts"
import type { Fault } from "./contract.ts"

/** mulberry32: small, seeded, good enough to spread faults. */
const randomFrom = (seed: number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** The faults of one server: the first that fits a request and whose lot falls is made, and counted. */
export const makeFaults = () => {
  let active: Array<{ readonly fault: Fault; readonly random: () => number; left: number }> = []
  return {
    set: (faults: ReadonlyArray<Fault>) => {
      active = faults.map((fault) => ({
        fault,
        random: randomFrom(fault.seed ?? 1),
        left: fault.count ?? Number.POSITIVE_INFINITY
      }))
    },
    /** The fault to make now among those of these kinds, if any. */
    draw: (kinds: ReadonlyArray<Fault["kind"]>, plant?: string, movements: Document["movements"] = []) => {
      for (const entry of active) {
        const { fault } = entry
        if (entry.left <= 0 || !kinds.includes(fault.kind)) continue
        if (fault.plant !== undefined && fault.plant !== plant) continue
        if (fault.itemId !== undefined && !movements.some(({ itemId }) => itemId === fault.itemId)) continue
        if (entry.random() >= (fault.probability ?? 1)) continue
        entry.left -= 1
        return fault
      }
      return undefined
    }
  }
}
