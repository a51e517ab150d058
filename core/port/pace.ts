// The port between who fills the journal and who follows it: intake makes room while a reaction is behind, or else lots
// would hear of what was made of them long after they were shipped. Held in memory; adapters/cli puts one in a process.
import { Context, Effect, Latch } from "effect"

interface Pacing {
  /** A follower says whether it has more to read than it takes at once. */
  readonly tell: (follower: string, isBehind: boolean) => void
  /** Waits until nobody is behind, and never for long: a follower that stands still must not stop the plant. */
  readonly room: Effect.Effect<void>
}

/** Without one, everybody goes at their own pace. */
export const Pace = Context.Reference<Pacing>("traveler/core/Pace", {
  defaultValue: () => ({ tell: () => {}, room: Effect.void })
})

const longest = "1 second"

export const makePace: Effect.Effect<Pacing> = Effect.map(Latch.make(true), (nobodyBehind) => {
  const behind = new Set<string>()
  return {
    tell: (follower, isBehind) => {
      if (isBehind) behind.add(follower)
      else behind.delete(follower)
      if (behind.size > 0) nobodyBehind.closeUnsafe()
      else nobodyBehind.openUnsafe()
    },
    room: Effect.asVoid(Effect.timeoutOption(nobodyBehind.await, longest))
  }
})
