import { Effect } from "effect"
import type { Search } from "./ask.ts"
export const changing = (_search: Search) => () => Effect.succeed({ changes: [], cursor: "", more: false })
