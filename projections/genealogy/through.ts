// What makes an edge of the view `genealogy`. Used by this folder and by who asks it.
import { Schema } from "effect"

export const Through = Schema.Literals(["split", "merge", "transfer", "consumption", "production"])
export type Through = typeof Through.Type
