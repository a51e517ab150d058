// The state of a lot: facts, a function of the set of its messages; course, which depends on how they came. Also its
// form in a snapshot. Used by the lot actor and its tests.
import { HashMap } from "effect"
import type { Evolved } from "../../core/decider.ts"
import { decode, encode } from "../../core/journal/codec.ts"
import { evolveCourse, type LotCourse, noCourse } from "./course.ts"
import type { Event } from "./event.ts"
import { evolveFacts, type LotFacts, noFacts, placeOf } from "./facts.ts"

export interface LotState {
  readonly facts: LotFacts
  readonly course: LotCourse
}

export const initial: LotState = { facts: noFacts, course: noCourse }

export const evolve = ({ facts, course }: LotState, event: Evolved<Event>): LotState => ({
  facts: evolveFacts(facts, event),
  course: evolveCourse(course, event, placeOf(facts, event.metadata))
})

/** Changes whenever the packed form or its meaning does; a snapshot of another format is rebuilt from the events. */
export const format = "lot/3"

/** A map as its entries; everything else as it is. */
type Packed<Part> = {
  readonly [Field in keyof Part]: Part[Field] extends HashMap.HashMap<infer Key, infer Value>
    ? ReadonlyArray<readonly [Key, Value]>
    : Part[Field]
}

interface PackedState {
  readonly facts: Packed<LotFacts>
  readonly course: Packed<LotCourse>
}

export const pack = ({ facts, course }: LotState): Uint8Array => {
  const packed: PackedState = {
    facts: { ...facts, uses: HashMap.toEntries(facts.uses), reports: HashMap.toEntries(facts.reports) },
    course: {
      open: HashMap.toEntries(course.open),
      waived: HashMap.toEntries(course.waived),
      parked: HashMap.toEntries(course.parked),
      deferred: HashMap.toEntries(course.deferred),
      versions: HashMap.toEntries(course.versions),
      withheld: HashMap.toEntries(course.withheld),
      postings: HashMap.toEntries(course.postings)
    }
  }
  return encode(packed)
}

export const unpack = (bytes: Uint8Array): LotState => {
  const { facts, course } = decode<PackedState>(bytes)
  return {
    facts: { ...facts, uses: HashMap.fromIterable(facts.uses), reports: HashMap.fromIterable(facts.reports) },
    course: {
      open: HashMap.fromIterable(course.open),
      waived: HashMap.fromIterable(course.waived),
      parked: HashMap.fromIterable(course.parked),
      deferred: HashMap.fromIterable(course.deferred),
      versions: HashMap.fromIterable(course.versions),
      withheld: HashMap.fromIterable(course.withheld),
      postings: HashMap.fromIterable(course.postings)
    }
  }
}
