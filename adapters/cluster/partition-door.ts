// The door as other runners see it: one entity a partition, that makes the same call as a local one.
import { Schema } from "effect"
import { Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { RecordedFailure } from "../../core/failure.ts"
import { PartitionUnavailable } from "../../core/port/door.ts"

const VerdictOverTheWire = Schema.Union([
  Schema.Literals(["handled", "duplicate", "suspected", "parked"]),
  Schema.Struct({ undecidable: RecordedFailure })
])

/** MessagePack of the incoming messages, since they were validated when they came in. */
const Submit = Rpc.make("Submit", {
  payload: { incoming: Schema.Uint8Array },
  success: Schema.Array(VerdictOverTheWire),
  error: PartitionUnavailable
})

export const PartitionDoor = Entity.make("partition", [Submit])

/** Of the singleton and of the entity: the same name gives the same shard, so both are on one runner. */
export const partitionName = (partition: number): string => `partition/${partition}`

export const partitionNumber = (name: string): number => Number(name.slice("partition/".length))
