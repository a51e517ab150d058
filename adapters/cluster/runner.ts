// This process as a runner of the cluster: sockets between runners, Postgres for who holds which shard.
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import { Layer, Option } from "effect"
import { MessageStorage, RunnerAddress, ShardingConfig, SqlRunnerStorage } from "effect/cluster"

/**
 * Cluster messages are volatile: RabbitMQ is the durable inbox, so no message storage. Detection of a dead runner is
 * set to 12 s (default 35 s): below about 10 s a long garbage collection would look like a death.
 */
export const runnerLayer = (address: { readonly host: string; readonly port: number }) => {
  const shardingConfig = {
    runnerAddress: Option.some(RunnerAddress.make(address.host, address.port)),
    shardLockExpiration: "12 seconds",
    shardLockRefreshInterval: "4 seconds",
    refreshAssignmentsInterval: "1 second",
    simulateRemoteSerialization: false
  } as const
  const runnerStorage = Layer.orDie(SqlRunnerStorage.layer).pipe(Layer.provide(ShardingConfig.layer(shardingConfig)))
  return NodeClusterSocket.layer({ storage: "byo", shardingConfig }).pipe(
    Layer.provide(Layer.mergeAll(MessageStorage.layerNoop, runnerStorage))
  )
}
