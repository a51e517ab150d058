// Messages about a plant itself, version 1: what people decide of how it works with its ERP, and say of its vessels. Anyone
// may import this file.
import { Schema } from "effect"
import { Badge, PlantId, StorageLocationId } from "../plant/identifiers.ts"
import { PostedKind, PostingMode } from "../plant/posting-mode.ts"
import { ReleasePolicy } from "../plant/release-policy.ts"
import { OccurredAt } from "../plant/time.ts"
import { MixingModel } from "../plant/vessel.ts"

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

/** Type name → schema of the body, for `catalogue.ts`. */
export const plantDecisions = { PostingModeSet, ReleasePolicySet, VesselDefined } as const

export type PlantDecision = {
  [Type in keyof typeof plantDecisions]: { readonly type: Type; readonly body: (typeof plantDecisions)[Type]["Type"] }
}[keyof typeof plantDecisions]

export const isPlantDecision = <Message extends { readonly type: string }>(
  message: Message
): message is Extract<Message, PlantDecision> => Object.hasOwn(plantDecisions, message.type)
