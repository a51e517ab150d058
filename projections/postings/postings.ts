// The view `postings`: every ERP document that a stream asked for, its state, and what the poster may take next.
import type { Projection } from "../projection.ts"
import { apply } from "./apply.ts"
import { tables } from "./tables.ts"

export const postings: Projection = { name: "postings", version: 16, tables, apply }
