// How a plant goes live: what is done with its ERP documents, kind by kind. Anyone may import this file.
import { Schema } from "effect"

/**
 * `off`: none is made. `shadow`: people post as before; what Traveler would post is held against that. `on`: Traveler
 * posts.
 */
export const PostingMode = Schema.Literals(["off", "shadow", "on"])
export type PostingMode = typeof PostingMode.Type

/** What a mode is set for. A reversal is of the kind of what it takes back. */
export const PostedKind = Schema.Literals(["confirmation", "goodsMovement", "lotStatus"])
export type PostedKind = typeof PostedKind.Type
