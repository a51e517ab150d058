// A thread that proves partitions of the journal, one after the other, until none is left. Started by `workers.ts` alone.
import { parentPort, workerData } from "node:worker_threads"
import { Effect, Layer, Redacted } from "effect"
import { clientLayer } from "../postgres/client.ts"
import { journalLayer } from "../postgres/journal.ts"
import { provePartition } from "./prove-partition.ts"
import { evidenceOf } from "./published.ts"
import type { Assignment, Told } from "./workers.ts"

const { folder, checkpoints, next, partitions, postgresUrl }: Assignment = workerData

const tell = (told: Told) => parentPort?.postMessage(told)

const program = Effect.gen(function* () {
  const evidence = evidenceOf(folder, checkpoints)
  for (let partition = Atomics.add(next, 0, 1); partition < partitions; partition = Atomics.add(next, 0, 1)) {
    const proved = yield* provePartition(partition, evidence, (events) => tell({ _tag: "Read", events }))
    tell({ _tag: "Proved", proved })
  }
}).pipe(Effect.provide(journalLayer.pipe(Layer.provide(clientLayer(Redacted.make(postgresUrl))))))

await Effect.runPromise(
  Effect.catchTag(program, "TechnicalFailure", ({ field, nextStep, reason, value }) =>
    Effect.sync(() => tell({ _tag: "Failed", failure: { field, value, reason, nextStep } }))
  )
)
