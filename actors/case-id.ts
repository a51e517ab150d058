// The id of the case that a message or a breach opens: the same whoever computes it, so it opens once; and who waits for
// it. Used by whatever parks messages or raises cases.
import { hex, sha256 } from "../core/journal/hash.ts"
import { category, type StreamName } from "../core/journal/stream.ts"
import type { MessageReference } from "../core/message/metadata.ts"
import { CaseId } from "../core/plant/identifiers.ts"

const encoder = new TextEncoder()

/** The first 128 bits of SHA-256(source, messageId, raw hash), joined by line feeds, which ids can't contain. */
export const caseId = (reference: MessageReference, digest: Uint8Array): CaseId =>
  CaseId.make(hex(sha256(encoder.encode(`${reference.source}\n${reference.messageId}\n${hex(digest)}`))).slice(0, 32))

/** For a message that is parked on its case's own stream instead of this one: an order is told how that ended. */
export const waitingFor = (stream: StreamName): { readonly waiting?: StreamName } =>
  category(stream) === "order" ? { waiting: stream } : {}
