// How a vessel mixes what comes into it: a tank, a silo, a hopper that lots go through without staying apart. Anyone may
// import this file.
import { Schema } from "effect"

/**
 * `firstInFirstOut`, `lastInFirstOut`: in layers. `mixed`: whatever came in since it was last empty by the books.
 * `untilCleaned`: the same since its last clean break, whatever the books say.
 */
export const MixingModel = Schema.Literals(["firstInFirstOut", "lastInFirstOut", "mixed", "untilCleaned"])
export type MixingModel = typeof MixingModel.Type
