// Captures what is changed in an ERP: orders and master data, told to each plant's inbox as if the ERP had sent them.
// Composed by adapters/cli (each ERP's singleton `capture/<erp>`) and by tests.
import { Cause, type Duration, Effect } from "effect"
import { messageOf } from "../../core/failure.ts"
import { hex, sha256 } from "../../core/journal/hash.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { Broker, exchanges, type Publication } from "../../core/port/broker.ts"
import { Erp, type ErpChange } from "../../core/port/erp.ts"
import { plants } from "../postgres/plants.ts"
import { captureOf } from "./capture-state.ts"

const encoder = new TextEncoder()

/** Bytes of an id, and of a type, which is part of the routing key: AMQP takes no more than 255. */
const longest = { id: 255, type: 190 } as const

/** By its hash where it is longer: one odd change is parked, and mustn't stop those that follow it. */
const sendable = (text: string, longest: number): string => {
  const bytes = encoder.encode(text)
  return bytes.length <= longest ? text : `sha256:${hex(sha256(bytes))}`
}

/** As if the ERP had sent it itself. */
export const publicationOf = (erp: string, plant: PlantId, change: ErpChange): Publication => {
  const type = sendable(change.type, longest.type)
  return {
    exchange: exchanges.erpEvents,
    routingKey: `${plant}.${type}`,
    type,
    contentType: "application/json",
    body: encoder.encode(change.body),
    messageId: sendable(change.id, longest.id),
    appId: erp,
    schemaVersion: "1"
  }
}

export const reasonOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  if (typeof error === "object" && error !== null && "reason" in error) return String(error.reason)
  return messageOf(error)
}

/**
 * Works until its fiber is interrupted and outlives every failure, one plant's without the others noticing. The cursor
 * moves once the broker has confirmed what precedes it: a crash between the two publishes the same changes again, under
 * the same ids, which are duplicates then.
 */
export const runCapture = Effect.fnUntraced(function* ({ every }: { readonly every: Duration.Input }) {
  const erp = yield* Erp
  const broker = yield* Broker
  const state = yield* captureOf(erp.name)
  /** A plant may have been added a moment ago; what is published before its inbox is there would reach nobody. */
  const declared = new Set<PlantId>()

  /** One page: a plant with a million changes to tell holds up no other. Whether there are more. */
  const capture = Effect.fnUntraced(function* (plant: PlantId) {
    const page = yield* erp.changes(plant, yield* state.cursor(plant))
    if (page.changes.length > 0 && !declared.has(plant)) {
      yield* broker.declarePlant(plant)
      declared.add(plant)
    }
    if (page.changes.length > 0) {
      yield* broker.publish(page.changes.map((change) => publicationOf(erp.name, plant, change)))
    }
    yield* state.moved(plant, page.cursor, page.changes.length)
    return page.more
  })

  const round = Effect.gen(function* () {
    let more = false
    for (const plant of yield* plants) {
      const hasMore = yield* capture(plant).pipe(
        Effect.catchCause((cause) =>
          Cause.hasInterruptsOnly(cause)
            ? Effect.failCause(cause)
            : Effect.as(state.failed(plant, reasonOf(cause)), false)
        )
      )
      more = more || hasMore
    }
    if (!more) yield* Effect.sleep(every)
  })

  return yield* round.pipe(
    Effect.catchCause((cause) =>
      Effect.andThen(Effect.logWarning(`The capture of ERP ${erp.name} failed and goes on`, cause), Effect.sleep(every))
    ),
    Effect.forever
  )
})
