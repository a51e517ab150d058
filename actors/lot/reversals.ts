// Reversals of reports about a lot: what they wait for, and what they take back. Pure. Used by the lot actor's decide
// alone.
import { HashMap, Option } from "effect"
import { identity, type MessageMetadata, messageKey } from "../../core/message/metadata.ts"
import { isRefusedAt, ofKind } from "../posting/documents.ts"
import type { Deferred } from "./course.ts"
import { holding, type Word } from "./disposition.ts"
import { decisionOnReversal } from "./documents.ts"
import { evolveFacts, type LotFacts, reversedReport, targetOf } from "./facts.ts"
import type { ReversalMessage } from "./recording.ts"
import { isWord } from "./reports.ts"
import type { Turn } from "./turn.ts"

/** Applies it, notes that it changes nothing, or defers it. */
export const reverse = (turn: Turn, { body, type }: ReversalMessage, metadata: MessageMetadata): Turn => {
  const { course, facts } = turn
  const target = targetOf(body.reverses, metadata)
  const { badge: _, ...withoutBadge } = body
  const known = HashMap.get(facts.reports, target)
  if (Option.isNone(known)) {
    if (target === messageKey(identity(metadata))) return turn.note(type, "It names itself", metadata)
    return turn.record({ type: "LotReversalDeferred", data: { body: withoutBadge, waitsFor: target } }, metadata)
  }
  if (known.value === undefined) return turn.note(type, "The report was reversed before", metadata)
  const { occurredAt: _at, ...content } = withoutBadge
  const version = Option.getOrElse(HashMap.get(course.versions, target), () => 0)
  const data = { ...content, version, takesBack: reversedReport(known.value) }
  const after = evolveFacts(facts, turn.next({ type, data }, metadata))
  const event = { type, data: { ...data, ...holdingNow(facts, after) } } as const
  const decision = decisionOnReversal(turn, event, metadata)
  const isRefused = !isWord(known.value.type) && isRefusedAt(course, version)
  turn.announce(
    { type, data: { ...event.data, ...(decision === undefined ? {} : { posting: decision }) } },
    { of: metadata }
  )
  return isRefused ? turn.record({ type: "PostingWithdrawn", data: { version, ...ofKind("goodsMovement") } }) : turn
}

/** Within the actor alone a word is known by its place. */
const told = ({ place: _, ...word }: Word) => word

/** Which word on its usability and which on its expiry hold, where others did before. */
const holdingNow = (before: LotFacts, after: LotFacts) => {
  const [word, expiry] = [holding(after.dispositions), after.expiry]
  return {
    ...(word === holding(before.dispositions) ? {} : { nowHolds: word === undefined ? null : told(word) }),
    ...(expiry?.expiresAt === before.expiry?.expiresAt ? {} : { nowExpires: expiry ?? null })
  }
}

/** What it waited for has come. */
export const goOn = (turn: Turn, { body, metadata, overdue }: Deferred): Turn => {
  reverse(turn, { type: "LotReportReversed", body }, metadata)
  const { messageId, source } = metadata
  return overdue === true ? turn.record({ type: "DirectiveWentOn", data: { directive: { source, messageId } } }) : turn
}
