// Tells readers that something was appended: in this process at once, in others by NOTIFY. Used by `journal.ts`.
import { randomUUID } from "node:crypto"
import type { PgClient } from "@effect/sql-pg"
import { Duration, Effect, Latch, PubSub, Queue, Stream } from "effect"
import { restarting } from "../../core/restarting.ts"

const channel = "traveler_journal"

/**
 * A NOTIFY takes a lock of the whole cluster when its transaction commits, so it isn't part of an append: at most
 * one in this time tells of all appends since the last.
 */
const announceEvery = Duration.millis(25)

/** A notification can be lost with its connection; readers look anyway after this. */
const beat = Duration.seconds(1)

export const makeAnnouncements = Effect.fnUntraced(function* (client: PgClient.PgClient) {
  /** One that a reader hasn't taken yet says all that a second would. `publishUnsafe` wouldn't slide: nobody would hear. */
  const news = yield* PubSub.sliding<void>(1)
  const wake = PubSub.publish(news, undefined)
  const untold = Latch.makeUnsafe(false)
  const ownName = randomUUID()

  const tellOthers = Effect.gen(function* () {
    yield* untold.await
    untold.closeUnsafe()
    yield* Effect.ignore(client.notify(channel, ownName))
    yield* Effect.sleep(announceEvery)
  })

  const hearOthers = Effect.scoped(
    Effect.gen(function* () {
      const notifications = yield* client.listen(channel)
      // Whatever came while nobody listened.
      yield* wake
      while (true) {
        const { payload } = yield* Queue.take(notifications)
        if (payload !== ownName) yield* wake
      }
    })
  )

  yield* Effect.forkScoped(Effect.forever(tellOthers))
  yield* restarting(hearOthers, {
    firstMillis: 100,
    longestMillis: 5_000,
    tell: (cause) => Effect.logDebug("LISTEN was lost; polling until it is back", cause)
  }).pipe(Effect.forkScoped)
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(beat), wake)))

  return {
    appended: Stream.fromPubSub(news),
    announce: Effect.andThen(wake, untold.open)
  }
})
