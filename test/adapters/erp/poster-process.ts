// A poster and its timers as a process of their own, to be killed: `node poster-process.ts DATABASE SANDBOX_ORIGIN`.
import { Effect, Layer, Redacted } from "effect"
import { runPoster } from "../../../adapters/erp/poster.ts"
import { postingQueue } from "../../../adapters/erp/poster-view.ts"
import { sandboxErp } from "../../../adapters/erp/sandbox/client.ts"
import { clientLayer } from "../../../adapters/postgres/client.ts"
import { runTimers, TimerQueue } from "../../../adapters/timers/timers.ts"
import { hasty, silentTracer } from "./posting.ts"
import { tableDoor } from "./table-door.ts"

const [database = "", origin = ""] = process.argv.slice(2)
const partitions = 8

const services = Layer.mergeAll(
  sandboxErp({ origin, timeoutMillis: hasty.timeoutMillis }),
  postingQueue({ name: "sandbox", orders: "each" }),
  TimerQueue.layer,
  tableDoor,
  silentTracer
).pipe(Layer.provideMerge(clientLayer(Redacted.make(database))))

const work = Effect.gen(function* () {
  yield* runPoster({ partitions, concurrency: 16, timing: hasty })
  yield* runTimers(partitions)
  yield* Effect.never
})

Effect.runFork(Effect.scoped(Effect.provide(work, services)))
