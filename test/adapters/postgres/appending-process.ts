// Appends to a partition without end, and says each acknowledged offset on a line of its own. A process for
// `takeover.service.test.ts` to kill. Arguments: database URL, partition, count of partitions.
import { Effect, Layer, Redacted } from "effect"
import { clientLayer } from "../../../adapters/postgres/client.ts"
import { journalLayer } from "../../../adapters/postgres/journal.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { streamIn, takeOver } from "../../journal/owner.ts"

const [url = "", partition = "0", partitions = "1"] = process.argv.slice(2)

const run = Effect.gen(function* () {
  const journal = yield* Journal
  const stream = streamIn(Number(partition), Number(partitions))
  const owner = yield* takeOver(Number(partition), [stream])
  while (true) {
    yield* journal.append(owner.planMany(stream, 50))
    process.stdout.write(`${owner.offset}\n`)
  }
})

await Effect.runPromise(run.pipe(Effect.provide(journalLayer.pipe(Layer.provide(clientLayer(Redacted.make(url)))))))
