// Messages about a plant itself, version 1: what people decide of how it works with its ERP, say of its vessels, and have redacted.
// Anyone may import this file.
import { Schema } from "effect"
import { Badge, PersonId, PlantId, StorageLocationId } from "../plant/identifiers.ts"
import { PostedKind, PostingMode } from "../plant/posting-mode.ts"
import { ReleasePolicy } from "../plant/release-policy.ts"
import { OccurredAt } from "../plant/time.ts"
import { MixingModel } from "../plant/vessel.ts"
import { Digest } from "./metadata.ts"

const decision = { plantId: PlantId, occurredAt: OccurredAt, badge: Badge, reason: Schema.NonEmptyString }

/** By a person: what is done with ERP documents of these kinds about what happens from then on. */
export const PostingModeSet = Schema.Struct({
  ...decision,
  kinds: Schema.Array(PostedKind).pipe(Schema.check(Schema.isMinLength(1))),
  mode: PostingMode,
  from: OccurredAt
})

/**
 * By a person: how orders go to the plant's MES whose ruling revision the ERP made from then on. Without a policy they go
 * there some other way, as those do that it made before the first word on it.
 */
export const ReleasePolicySet = Schema.Struct({
  ...decision,
  policy: Schema.optionalKey(ReleasePolicy),
  from: OccurredAt
})

/**
 * By a person: what comes to this place mixes so from then on. What is said first holds for the time before, too. Without a
 * model it is no vessel: lots stay apart there.
 */
export const VesselDefined = Schema.Struct({
  ...decision,
  storageLocation: StorageLocationId,
  mixing: Schema.optionalKey(MixingModel),
  from: OccurredAt
})

/** By a person: the bytes of a message are taken away wherever they are kept. Their hash stays, and so does the history. */
export const MessageRedacted = Schema.Struct({ ...decision, digest: Digest })

/**
 * By a person: who was behind this id is forgotten, with the bytes of all messages that say it. By the id alone: a badge in
 * here would be kept again.
 */
export const PersonErased = Schema.Struct({ ...decision, personId: PersonId })

/** Type name → schema of the body, for `catalogue.ts`. */
export const plantDecisions = {
  PostingModeSet,
  ReleasePolicySet,
  VesselDefined,
  MessageRedacted,
  PersonErased
} as const

export type PlantDecision = {
  [Type in keyof typeof plantDecisions]: { readonly type: Type; readonly body: (typeof plantDecisions)[Type]["Type"] }
}[keyof typeof plantDecisions]

export const isPlantDecision = <Message extends { readonly type: string }>(
  message: Message
): message is Extract<Message, PlantDecision> => Object.hasOwn(plantDecisions, message.type)
