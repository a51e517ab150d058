// Random sets of messages about one order, with the references between them. Used by the order actor's properties alone.
import fc from "fast-check"
import type { Received } from "../../../core/decider.ts"
import { type MessageMetadata, messageKey } from "../../../core/message/metadata.ts"
import type { OrderMessage } from "../../../core/message/order.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import * as floor from "./floor.ts"
import { erp, mes, op10, op20, quantity } from "./floor.ts"

export type PlantMessage = Received<OrderMessage>

const facts = [
  "released",
  "cancelled",
  "held",
  "restarted",
  "started",
  "confirmed",
  "booked",
  "scrapped",
  "raised",
  "consumed",
  "produced",
  "takenOver",
  "acknowledged"
] as const
const directives = ["changed", "reversed", "corrected"] as const
const ends = ["completed", "closed"] as const

type Draw = {
  readonly kind: (typeof facts)[number] | (typeof directives)[number] | (typeof ends)[number]
  readonly fromErp: boolean
  readonly minute: number
  readonly revision: number
  readonly each: string
  readonly unit: string
  readonly final: boolean
  readonly secondOperation: boolean
  readonly target: number
  readonly repaired: boolean
}

const draw = (kinds: ReadonlyArray<Draw["kind"]>): fc.Arbitrary<Draw> =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    fromErp: fc.boolean(),
    minute: fc.integer({ min: 0, max: 3 }),
    revision: fc.integer({ min: 1, max: 3 }),
    each: fc.constantFrom("0", "1", "2.5", "7", "0.001", "60"),
    unit: fc.constantFrom("EA", "EA", "EA", "KGM"),
    final: fc.boolean(),
    secondOperation: fc.boolean(),
    target: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.nat(19)),
    repaired: fc.boolean()
  })

/** `name` gives the id that the draw's reference stands for. */
const message = (one: Draw, envelope: floor.Envelope, name: (target: number) => string): floor.Message => {
  const operationId = one.secondOperation ? op20 : op10
  const amount = quantity(one.each, one.unit)
  const amounts = { yield: amount, laborTime: quantity("12.5", "MIN"), ...(one.final ? { final: true } : {}) }
  const plan = floor.plan(one.each, {
    revision: one.revision,
    ...(one.final ? { underproductionTolerancePercent: fromText("10") } : {}),
    ...(one.repaired ? { overproductionTolerancePercent: "unlimited" } : {}),
    ...(one.secondOperation ? { operations: [{ operationId: op20 }, { operationId: op10 }] } : {})
  })
  switch (one.kind) {
    case "released":
      return floor.released({ source: mes, ...envelope }, plan)
    case "changed":
      return floor.changed({ source: mes, ...envelope }, plan)
    case "cancelled":
      return floor.word("ProductionOrderCancelled", envelope)
    case "held":
      return floor.word("ProductionOrderHeld", envelope)
    case "restarted":
      return floor.word("ProductionOrderRestarted", envelope)
    case "completed":
      return floor.word("ProductionOrderTechnicallyCompleted", envelope)
    case "closed":
      return floor.word("ProductionOrderClosed", envelope)
    case "started":
      return floor.started(envelope, operationId)
    case "confirmed":
      return floor.confirmed(envelope, amounts, operationId)
    case "booked":
      return floor.booked(envelope, quantity(one.each, "MIN"), operationId)
    case "scrapped":
      return floor.scrapped(envelope, amount, operationId)
    case "raised":
      return floor.nonconforming(envelope, amount, operationId)
    case "takenOver":
      return floor.takenOver(envelope, amounts, operationId)
    case "consumed":
      return floor.moved("MaterialConsumed", envelope)
    case "produced":
      return floor.moved("MaterialProduced", envelope)
    case "acknowledged":
      return floor.acknowledged(envelope, one.final ? "Rejected" : "Accepted", one.revision)
    case "reversed":
      return floor.reversed(envelope, name(one.target), mes)
    case "corrected":
      return floor.corrected(envelope, name(one.target), amounts, operationId, mes)
  }
}

const isOrderMessage = (one: floor.Message): one is PlantMessage =>
  "operationId" in one.body || "materials" in one.body || one.type.startsWith("Pro") || one.type === "ReportReversed"

/**
 * References go by the identity m<index>, source mes; some messages are the repaired twins of one of that identity. The
 * senders count without a hole, so a gap that stays is that of a directive which names nothing.
 */
const messages = (
  draws: ReadonlyArray<Draw>,
  name: (target: number, index: number) => string
): ReadonlyArray<PlantMessage> => {
  let counted = 0
  return draws
    .map((one, index) => {
      const isNamed = !one.fromErp
      const envelope: floor.Envelope = one.repaired
        ? {
            id: `case/${index}`,
            source: floor.erp,
            minute: one.minute,
            corrects: floor.reference(`m${index}`, isNamed ? mes : erp)
          }
        : { id: `m${index}`, source: isNamed ? mes : erp, minute: one.minute }
      const sequence = isNamed ? { sequence: ++counted } : {}
      return message(one, { ...envelope, ...sequence }, (target) => name(target, index))
    })
    .filter(isOrderMessage)
}

/** The first three reports have the indexes 1 to 3, which are named most, so that several messages name the same one. */
const reports = fc.array(draw(["confirmed", "confirmed", "scrapped", "raised", "consumed"]), {
  minLength: 3,
  maxLength: 3
})
const others = (kinds: ReadonlyArray<Draw["kind"]>) => fc.array(draw(kinds), { maxLength: 10, size: "max" })

/** Anything may name anything: itself, a later one, what never comes, in circles. No technical completion, no close. */
export const wild: fc.Arbitrary<ReadonlyArray<PlantMessage>> = fc
  .tuple(draw(facts), reports, others([...facts, ...directives, ...directives, "corrected"]))
  .map(([first, named, rest]) => {
    const draws = [first, ...named, ...rest]
    return messages(draws, (target) => `m${target % (draws.length + 2)}`)
  })

/** With a release, and everything named is there: once all have come, no gap is left. */
export const complete: fc.Arbitrary<ReadonlyArray<PlantMessage>> = fc
  .tuple(draw(["released"]), reports, others([...facts, ...directives, ...ends, "corrected", "corrected"]))
  .map(([release, named, rest]) => {
    const draws = [release, ...named, ...rest].map((one) => ({ ...one, fromErp: false }))
    return messages(draws, (target, index) => `m${target % index}`)
  })

/** The messages in some order, some of them more than once. */
export const arrivals = (set: fc.Arbitrary<ReadonlyArray<PlantMessage>>) =>
  set.chain((all) =>
    fc.tuple(
      fc.constant(all),
      fc.shuffledSubarray([...all], { minLength: all.length }),
      all.length === 0 ? fc.constant([]) : fc.array(fc.constantFrom(...all), { maxLength: 4 })
    )
  )

/** What the host does before an actor decides: a message that was handled before is turned away. */
export const withoutDuplicates = (all: ReadonlyArray<PlantMessage>): ReadonlyArray<PlantMessage> =>
  [...new Map(all.toReversed().map((one) => [messageKey(one.metadata), one])).values()].toReversed()

export const keyOf = (metadata: MessageMetadata): string => messageKey(metadata.corrects ?? metadata)
