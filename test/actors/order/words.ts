// Random words of the poster, timers and decisions of people, about what an order has asked for or has waiting. Used by
// the properties of the order actor and of the views that follow it.
import { HashMap, Schema } from "effect"
import fc from "fast-check"
import type { OrderCourse } from "../../../actors/order/course.ts"
import { documentNumber, versionOfDocument } from "../../../actors/posting/documents.ts"
import { DocumentOfOrder } from "../../../core/event/posting.ts"
import type { PostingKind } from "../../../core/port/erp.ts"
import * as floor from "./floor.ts"

/** A word of the poster's or a decision, about one of the documents that were asked for or the directives that wait. */
export interface Word {
  readonly says: keyof typeof words | "due" | "overdue" | "directiveWaived"
  readonly pick: number
}

const words = {
  accepted: floor.accepted,
  verified: floor.verified,
  dateMoved: floor.dateMoved,
  deferred: floor.postponed,
  inDoubt: floor.inDoubt,
  // Of the attempt before, which is the one that is over.
  resumed: (id: string, version: number, attempt: number, kind: PostingKind) =>
    floor.resumed(id, version, attempt - 1, kind),
  omitted: floor.omitted,
  shadowed: floor.shadowed,
  adopted: floor.adopted,
  refused: floor.failed,
  refusedAndNumbered: (id: string, version: number, attempt: number, kind: PostingKind) =>
    floor.failed(id, version, attempt, kind, "5000001"),
  askedAgain: floor.askedAgain,
  waived: (id: string, version: number, _attempt: number, kind: PostingKind) =>
    floor.closedNotice(id, floor.someCase, floor.postingSubject(version, kind), "waived"),
  repeated: (id: string, version: number, _attempt: number, kind: PostingKind) => {
    const decided = { plant: floor.plant, orderId: floor.orderId, occurredAt: floor.at(0), reason: "It is gone" }
    return floor.repeated(id, { ...decided, posting: floor.key(version, kind) })
  }
} as const

const isOfOrder = Schema.is(DocumentOfOrder.fields.kind)

const somethingSaid: fc.Arbitrary<Word> = fc.record({
  says: fc.constantFrom(
    "accepted",
    "verified",
    "dateMoved",
    "deferred",
    "inDoubt",
    "resumed",
    "refused",
    "refused",
    "refusedAndNumbered",
    "askedAgain",
    "waived",
    "omitted",
    "shadowed",
    "shadowed",
    "adopted",
    "repeated",
    "due",
    "due",
    "overdue",
    "directiveWaived"
  ),
  pick: fc.nat(20)
})

/** After the first message, the second, …: some words. */
export const saidAfterEach = fc.array(fc.array(somethingSaid, { maxLength: 3 }), { maxLength: 14, size: "max" })

const sorted = <Key extends string | number, Value>(entries: HashMap.HashMap<Key, Value>) =>
  HashMap.toEntries(entries).sort(([left], [right]) => (left < right ? -1 : 1))

/** The word as a message about one of what the order knows by now; about nothing where there is nothing. */
export const aboutOneOf = ({ deferred, postings }: OrderCourse, { says, pick }: Word, id: string): floor.Message => {
  if (says === "overdue" || says === "directiveWaived") {
    const directives = sorted(deferred)
    const { messageId, source } = directives[pick % directives.length]?.[1].metadata ?? floor.reference("none")
    const directive = { source, messageId }
    return says === "overdue"
      ? floor.overdue(id, directive)
      : floor.closedNotice(id, floor.someCase, floor.directiveSubject(directive), "waived")
  }
  const asked = sorted(postings)
  if (says === "due") {
    const documents = asked.flatMap(([number, { attempt, kind }]): ReadonlyArray<floor.Due> => {
      const version = versionOfDocument(number)
      return isOfOrder(kind) && version > pick / 4 ? [[version, kind, attempt + 1]] : []
    })
    return floor.due(id, ...documents)
  }
  const nothing = [documentNumber(1, "confirmation"), { attempt: 0, kind: "confirmation" }] as const
  const [number, { attempt, kind }] = asked[pick % asked.length] ?? nothing
  // Documents are left to people before they are put together, never a group of them.
  const said = says === "shadowed" && kind === "group" ? "refused" : says
  return words[said](id, versionOfDocument(number), attempt + 1, kind)
}
