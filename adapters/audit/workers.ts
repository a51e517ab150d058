// Proves the journal on all processors: threads that take partitions from one counter. Used by `traveler audit verify`.
import { availableParallelism } from "node:os"
import { Worker } from "node:worker_threads"
import { Effect, Redacted } from "effect"
import { type Failure, TechnicalFailure } from "../../core/failure.ts"
import type { ProvedPartition } from "./prove-partition.ts"
import type { Believed } from "./published.ts"

/** What a thread is given. */
export interface Assignment {
  readonly postgresUrl: string
  readonly folder: string
  readonly checkpoints: ReadonlyArray<Believed>
  readonly partitions: number
  /** The partition that is next, for whichever thread is free; shared by all. */
  readonly next: Int32Array<SharedArrayBuffer>
}

export type Told =
  | { readonly _tag: "Read"; readonly events: number }
  | { readonly _tag: "Proved"; readonly proved: ProvedPartition }
  | { readonly _tag: "Failed"; readonly failure: Pick<Failure, "field" | "value" | "reason" | "nextStep"> }

const ended = (reason: string) =>
  new TechnicalFailure({ field: "audit verify", value: "", reason, nextStep: "Run it again" })

/** One thread's work, which ends with its interruption, too. */
const thread = (assignment: Assignment, hear: (events: number) => void) =>
  Effect.callback<ReadonlyArray<ProvedPartition>, TechnicalFailure>((resume) => {
    const proved: Array<ProvedPartition> = []
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: assignment })
    worker.on("message", (told: Told) => {
      if (told._tag === "Read") hear(told.events)
      else if (told._tag === "Proved") proved.push(told.proved)
      else resume(Effect.fail(new TechnicalFailure(told.failure)))
    })
    worker.once("error", (error) => resume(Effect.fail(ended(String(error)))))
    worker.once("exit", (code) =>
      resume(code === 0 ? Effect.succeed(proved) : Effect.fail(ended(`A thread ended with ${code}`)))
    )
    return Effect.promise(() => worker.terminate())
  })

/** In order of partition. `hear` is told how many more events were read. */
export const proveOnAllProcessors = Effect.fnUntraced(function* (
  { postgresUrl, ...of }: Omit<Assignment, "next" | "postgresUrl"> & { readonly postgresUrl: Redacted.Redacted },
  hear: (events: number) => void
) {
  const next = new Int32Array(new SharedArrayBuffer(4))
  const assignment = { ...of, next, postgresUrl: Redacted.value(postgresUrl) }
  const threads = Math.min(availableParallelism(), of.partitions)
  const found = yield* Effect.forEach(Array.from({ length: threads }), () => thread(assignment, hear), {
    concurrency: "unbounded"
  })
  return found.flat().toSorted((left, right) => left.partition - right.partition)
})
