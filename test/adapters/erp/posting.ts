// Runs posters against fake orders and waits, with a deadline, for what they should do. For the tests of the poster.
import { Effect, Layer, Schedule } from "effect"
import { type PosterOptions, runPoster } from "../../../adapters/erp/poster.ts"
import { PostingQueue } from "../../../adapters/erp/poster-queue.ts"
import type { Timing } from "../../../adapters/erp/poster-timing.ts"
import { Door } from "../../../core/port/door.ts"
import { Tracer } from "../../../core/port/tracer.ts"
import { type Orders, partitions } from "./orders.ts"

/** How patient a test is: with the ERP (`timeoutMillis`) and with everything else. */
export interface Patience extends Timing {
  readonly timeoutMillis: number
}

/** No healthy ERP takes as long as this, however busy the machine: so nothing need ever be sent a second time. */
export const patient: Patience = {
  timeoutMillis: 20_000,
  sendWithinMillis: 5_000,
  retryMillis: 50,
  periodMillis: 50,
  askMillis: 100,
  circleMillis: 100,
  peopleMillis: 100,
  pollMillis: 5
}

/** For tests that wait until an abandoned claim may be asked for: with few documents at once, still long enough. */
export const ready: Patience = { ...patient, timeoutMillis: 4_000, sendWithinMillis: 2_000 }

/** For lost answers: soon in doubt. On a busy machine a healthy ERP may seem slow too; nothing is posted twice then. */
export const hasty: Patience = { ...patient, timeoutMillis: 300, sendWithinMillis: 200 }

const silentSpan = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", end: () => {} }
export const silentTracer = Layer.succeed(Tracer, {
  process: () => ({ ...silentSpan, decided: () => {}, abandon: () => {} }),
  batch: () => silentSpan,
  hop: () => silentSpan
})

/** What a poster needs besides its ERP and database. */
export const around = ({ queue, door }: Orders) =>
  Layer.mergeAll(Layer.succeed(PostingQueue, queue), Layer.succeed(Door, door), silentTracer)

export const startPoster = (
  orders: Orders,
  timing: Timing = patient,
  concurrency = 32,
  policies: Pick<PosterOptions, "closedPeriod" | "perSecond"> = {}
) => Effect.provide(runPoster({ partitions, concurrency, timing, ...policies }), around(orders))

/** What has to be asked of another process is asked less often: it would slow down what it waits for. */
export const eventually = (what: string, holds: Effect.Effect<boolean, unknown> | (() => boolean), seconds = 25) =>
  (typeof holds === "function" ? Effect.sync(holds) : holds).pipe(
    Effect.repeat({
      until: (done: boolean) => done,
      schedule: Schedule.spaced(typeof holds === "function" ? "10 millis" : "100 millis")
    }),
    Effect.timeoutOrElse({
      duration: `${seconds} seconds`,
      orElse: () => Effect.die(new Error(`Not within ${seconds} s: ${what}`))
    }),
    Effect.asVoid
  )
