// An ERP as the words of its poster make it, and what it told itself: by the events of one order, kept in plain maps by code
// that shares nothing with the reconciliation. For its property tests.
import { orderDecider } from "../../../actors/order/decider.ts"
import { encode } from "../../../core/journal/codec.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { recordedEvent } from "../../../core/journal/recorded.ts"
import type { HeldDocument } from "../../../core/port/erp.ts"
import { amountsOf } from "../../../projections/amounts.ts"
import { movementsOf } from "../../../projections/postings/movements.ts"
import { evolve, type Posting } from "../../../projections/postings/posting.ts"
import * as floor from "../../actors/order/floor.ts"
import { aboutOneOf, type Word } from "../../actors/order/words.ts"
import { specification } from "../../harness/decider-specification.ts"

/** The order's events after these messages; after each come the words at its place. */
export const played = (
  messages: ReadonlyArray<floor.Message>,
  said: ReadonlyArray<ReadonlyArray<Word>> = []
): ReadonlyArray<RecordedEvent> => {
  const actor = specification(orderDecider)
  const events: Array<RecordedEvent> = []
  const take = (message: floor.Message) => {
    let part = 0
    for (const { decision, metadata, version } of actor.deciding(message)) {
      const { of, keep: _, type, data } = decision
      const content = encode({ metadata, ...(of === undefined ? { part: part++ } : {}), data })
      const place = { partition: 0, offset: version, stream: floor.stream, version, recordedAt: version }
      events.push(recordedEvent({ ...place, schemaVersion: 1, type, content, hash: new Uint8Array(32) }))
    }
  }
  messages.forEach((message, index) => {
    take(message)
    said[index]?.forEach((word, nth) => {
      take(aboutOneOf(actor.state.course, word, `word ${index}/${nth}`))
    })
  })
  return events
}

/** Words that say nothing of when it is there, or give all that people posted one number. */
const vague = new Set<Word["says"]>(["accepted", "adopted"])

/** Of an ERP that shows what it takes at once. */
export const shownAtOnce = (said: ReadonlyArray<ReadonlyArray<Word>>) =>
  said.map((words) => words.filter(({ says }) => !vague.has(says)))

/** No ERP takes back by itself what it booked with others. */
export const isPossible = (events: ReadonlyArray<RecordedEvent>): boolean => {
  const members = new Set(
    events.flatMap((event) =>
      event.type === "PostingsGrouped" ? event.data.documents.map(({ kind, version }) => `${version}/${kind}`) : []
    )
  )
  return !events.some(
    ({ data, type }) =>
      (type === "ReportReversed" || type === "ReportCorrected") &&
      [...members].some((member) => member.startsWith(`${data.version}/`)) &&
      events.some(
        (event) =>
          (event.type === "PostingVerified" || event.type === "PostingWaived") &&
          event.data.posting.endsWith("/reversal")
      )
  )
}

/** What such an ERP holds. */
export const heldAfter = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<HeldDocument> => {
  const postings = new Map<string, Posting>()
  const held = new Map<string, HeldDocument>()
  const cancelled = new Set<string>()
  const membersOf = (key: string) => [...postings.values()].filter(({ group }) => group === key)
  const book = ({ content, group, key, kind, reverses }: Posting) => {
    if (group !== null) return
    if (reverses === null) held.set(key, { document: `of ${key}`, key, kind, content })
    else cancelled.add(reverses)
  }
  for (const event of events) {
    for (const posting of evolve((key) => postings.get(key), event, membersOf)) postings.set(posting.key, posting)
    if (event.type === "PostingVerified" || event.type === "PostingWaived") {
      const posting = postings.get(event.data.posting)
      if (posting !== undefined && (posting.state === "Verified" || posting.document !== null)) book(posting)
    }
    // What was taken back without a document of ours, people took back there.
    if (event.type === "ReportReversed" || event.type === "ReportCorrected") held.delete(`told ${event.data.version}`)
    if (event.type === "OperationTakenOver") {
      const { operationId } = event.data
      const document = `told ${event.version}`
      held.set(document, { document, kind: "confirmation", content: { operationId, amounts: amountsOf(event.data) } })
    }
    if (event.type === "PostingRepeated") held.delete(event.data.posting)
    if ("posting" in event.data) continue
    const movements = movementsOf(event)
    if (movements.length > 0) {
      const document = `told ${event.version}`
      held.set(document, { document, kind: "goodsMovement", content: { movements } })
    }
    if (event.type !== "ReportReversed") continue
    const { version } = event.data
    const own = [...postings.values()].find((posting) => posting.version === version && posting.reverses === null)
    if (own !== undefined && own.group !== null && (own.state === "Verified" || own.document !== null)) {
      held.set(`taken ${event.version}`, { document: `taken ${event.version}`, kind: "reversal", content: own.content })
    } else if (own !== undefined) held.delete(own.key)
  }
  return [...held].flatMap(([name, document]) => (cancelled.has(name) ? [] : [document]))
}
