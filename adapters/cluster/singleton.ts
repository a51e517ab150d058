// Work that runs once in the cluster: views, reactions, the poster, timers. Used by the composition root.
import { Effect } from "effect"
import { Singleton } from "effect/cluster"

/** Runs on the runner that holds the name's shard, and on another one when that runner goes. */
export const onceInTheCluster = <E, R>(name: string, work: Effect.Effect<unknown, E, R>) =>
  Singleton.make(name, Effect.asVoid(work))
