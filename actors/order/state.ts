// The state of an order: facts, a function of the set of its messages; course, which depends on how they came.
// Also its form in a snapshot. Used by the order actor and its tests.
import { HashMap, HashSet } from "effect"
import { decode, encode } from "../../core/journal/codec.ts"
import { countedReports, noCourse, type OrderCourse, type Sequence } from "./course.ts"
import { noFacts, type OrderFacts } from "./facts.ts"
import { makePlan, type Plan } from "./plan.ts"

export interface OrderState {
  readonly facts: OrderFacts
  readonly course: OrderCourse
}

export const initial: OrderState = { facts: noFacts, course: noCourse }

/** Changes whenever the packed form or its meaning does; a snapshot of another format is rebuilt from the events. */
export const format = "order/9"

/** A map as its entries; everything else as it is. */
type Packed<Part> = {
  readonly [Field in keyof Part]: Part[Field] extends HashMap.HashMap<infer Key, infer Value>
    ? ReadonlyArray<readonly [Key, Value]>
    : Part[Field]
}

interface PackedState {
  readonly facts: Packed<Omit<OrderFacts, "plan">>
  readonly plan: Pick<Plan, "content" | "rank"> | undefined
  readonly course: Packed<Omit<OrderCourse, "sequences" | "counted">>
  /** The oldest first. */
  readonly counted: ReadonlyArray<readonly [report: string, version: number]>
  readonly sequences: ReadonlyArray<Omit<Sequence, "ahead"> & { readonly ahead: ReadonlyArray<number> }>
}

export const pack = ({ facts, course }: OrderState): Uint8Array => {
  const { plan, known, operations, ...words } = facts
  const { sequences, deferred, waiting, parked, breaches, waived, withheld, postings, release } = course
  const packed: PackedState = {
    facts: { ...words, known: HashMap.toEntries(known), operations: HashMap.toEntries(operations) },
    plan: plan === undefined ? undefined : { content: plan.content, rank: plan.rank },
    course: {
      deferred: HashMap.toEntries(deferred),
      waiting: HashMap.toEntries(waiting),
      parked: HashMap.toEntries(parked),
      breaches: HashMap.toEntries(breaches),
      waived: HashMap.toEntries(waived),
      withheld: HashMap.toEntries(withheld),
      postings: HashMap.toEntries(postings),
      release
    },
    counted: Array.from(countedReports(course), ({ report, version }) => [report, version] as const).reverse(),
    sequences: sequences.map((sequence) => ({ ...sequence, ahead: [...sequence.ahead] }))
  }
  return encode(packed)
}

export const unpack = (bytes: Uint8Array): OrderState => {
  const { facts, plan, course, counted, sequences } = decode<PackedState>(bytes)
  return {
    facts: {
      ...facts,
      plan: plan === undefined ? undefined : makePlan(plan.content, plan.rank),
      known: HashMap.fromIterable(facts.known),
      operations: HashMap.fromIterable(facts.operations)
    },
    course: {
      deferred: HashMap.fromIterable(course.deferred),
      waiting: HashMap.fromIterable(course.waiting),
      parked: HashMap.fromIterable(course.parked),
      breaches: HashMap.fromIterable(course.breaches),
      waived: HashMap.fromIterable(course.waived),
      counted: counted.reduce<OrderCourse["counted"]>(
        (earlier, [report, version]) => ({ report, version, earlier }),
        undefined
      ),
      withheld: HashMap.fromIterable(course.withheld),
      postings: HashMap.fromIterable(course.postings),
      release: course.release,
      sequences: sequences.map((sequence) => ({ ...sequence, ahead: HashSet.fromIterable(sequence.ahead) }))
    }
  }
}
