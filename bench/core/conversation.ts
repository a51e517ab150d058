// What the bench asks of the core's process, and its answers. Used by `start.ts` and `process.ts`.
import { Schema } from "effect"
import { PlantId } from "../../core/plant/identifiers.ts"

/** One at a time, each answered before the next. */
export const Question = Schema.Union([
  /** Serves plants whose queues are filled, until so many messages of each in all are durable. */
  Schema.Struct({
    ask: Schema.Literal("drain"),
    queues: Schema.Array(Schema.Struct({ plant: PlantId, messages: Schema.Int }))
  }),
  /** A full garbage collection, and what is resident after it. */
  Schema.Struct({ ask: Schema.Literal("memory") })
])
export type Question = typeof Question.Type

/** It is also ready's answer, unasked, when all partitions have their owner. */
export const Answer = Schema.Union([
  Schema.Struct({ answer: Schema.Literal("ready") }),
  Schema.Struct({
    answer: Schema.Literal("drained"),
    seconds: Schema.Finite,
    /** Deliveries that did more than be recorded once; there should be none. */
    duplicates: Schema.Int,
    parked: Schema.Int,
    spansDropped: Schema.Int
  }),
  Schema.Struct({ answer: Schema.Literal("memory"), residentBytes: Schema.Int })
])
export type Answer = typeof Answer.Type
