// The state of a lot: facts, a function of the set of its messages; course, which depends on how they came. Also its
// form in a snapshot. Used by the lot actor and its tests.
import { HashMap } from "effect"
import type { Evolved } from "../../core/decider.ts"
import type { GenericEvent } from "../../core/event/generic.ts"
import type { LotEvent } from "../../core/event/lot.ts"
import { decode, encode } from "../../core/journal/codec.ts"
import type { Decimal } from "../../core/plant/decimal.ts"
import { type LotCourse, noCourse } from "./breaches.ts"
import { evolveFacts, type LotFacts, noFacts } from "./facts.ts"

export interface LotState {
  readonly facts: LotFacts
  readonly course: LotCourse
}

export const initial: LotState = { facts: noFacts, course: noCourse }

export const evolve = ({ facts, course }: LotState, event: Evolved<LotEvent | GenericEvent>): LotState => ({
  facts: evolveFacts(facts, event),
  course: evolveCourse(course, event)
})

const evolveCourse = (course: LotCourse, event: Evolved<LotEvent | GenericEvent>): LotCourse => {
  switch (event.type) {
    case "LotBreachFound":
      return {
        open: HashMap.set(course.open, event.data.breach, { since: event.data.since, extent: event.data.extent }),
        waived: HashMap.remove(course.waived, event.data.breach)
      }
    case "LotBreachWithdrawn":
      return {
        open: HashMap.remove(course.open, event.data.breach),
        waived: HashMap.remove(course.waived, event.data.breach)
      }
    case "LotBreachWaived":
      return {
        open: HashMap.remove(course.open, event.data.breach),
        waived: HashMap.set(course.waived, event.data.breach, event.data.extent)
      }
    default:
      return course
  }
}

/** Changes whenever the packed form or its meaning does; a snapshot of another format is rebuilt from the events. */
export const format = "lot/1"

interface PackedState {
  readonly facts: Omit<LotFacts, "uses"> & { readonly uses: ReadonlyArray<readonly [string, number]> }
  readonly open: ReadonlyArray<readonly [string, { readonly since: number; readonly extent: Decimal }]>
  readonly waived: ReadonlyArray<readonly [string, Decimal]>
}

export const pack = ({ facts, course }: LotState): Uint8Array => {
  const packed: PackedState = {
    facts: { ...facts, uses: HashMap.toEntries(facts.uses) },
    open: HashMap.toEntries(course.open),
    waived: HashMap.toEntries(course.waived)
  }
  return encode(packed)
}

export const unpack = (bytes: Uint8Array): LotState => {
  const { facts, open, waived } = decode<PackedState>(bytes)
  return {
    facts: { ...facts, uses: HashMap.fromIterable(facts.uses) },
    course: { open: HashMap.fromIterable(open), waived: HashMap.fromIterable(waived) }
  }
}
