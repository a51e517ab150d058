// What a transformation says, as canonical messages: lots split and merged, or an order that consumed and produced. Pure;
// used by `messages.ts` and `lot-messages.ts`.

import { lotStream } from "../../core/journal/stream.ts"
import { orderIn } from "./identifiers.ts"
import type { JsonObject } from "./json.ts"
import {
  keptIn,
  type Line,
  type Lines,
  linesOf,
  type Meaning,
  type Meant,
  materialJson,
  occurredAt,
  takenFrom,
  transactionOfType,
  withoutGaps,
  word
} from "./materials.ts"
import type { ReadEvent } from "./read.ts"

/** The order is the one that the event names; where it names none the transformation is an order of its own. */
export const ofOrder = (read: ReadEvent, inputs: Lines, outputs: Lines): Meaning => {
  const { said } = read
  const named = said.transformationID ?? transactionOfType(read, "prodorder")
  const about = {
    orderId: (named === undefined ? undefined : orderIn(named)) ?? read.hash,
    occurredAt: occurredAt(said),
    operationId: said["traveler:operation"],
    workCenterId: said["traveler:workCenter"]
  }
  const into = intoOne(read, inputs, outputs)
  const [consumed, produced] = [counted(inputs.lines), counted(into === undefined ? outputs.lines : [])]
  const isReturned = word(said.disposition, "disposition", read) === "returned"
  const message = (type: Meant["type"], lines: ReadonlyArray<Line>, more: JsonObject): ReadonlyArray<Meant> =>
    lines.length === 0
      ? []
      : [
          {
            type,
            body: withoutGaps({
              ...about,
              materials: lines.map((line) => ({ ...materialJson(line), ...more }))
            })
          }
        ]
  const uncounted = [...inputs.lines, ...(into === undefined ? outputs.lines : [])].filter(
    ({ quantity }) => quantity === undefined
  )
  return {
    messages: [
      ...message(
        "MaterialConsumed",
        consumed,
        withoutGaps({ storageLocation: takenFrom(read), certainty: said["traveler:certainty"], into })
      ),
      ...(isReturned
        ? message("MaterialReturned", produced, withoutGaps({ storageLocation: keptIn(read) }))
        : message(
            "MaterialProduced",
            produced,
            withoutGaps({ storageLocation: keptIn(read), use: said["traveler:use"] })
          ))
    ],
    unsaid: [
      ...inputs.unsaid,
      ...outputs.unsaid,
      ...uncounted.map(({ material }) => ({ what: material.lotId ?? material.itemId, why: "It doesn't say how much" }))
    ]
  }
}

const counted = (lines: ReadonlyArray<Line>): ReadonlyArray<Line> =>
  lines.filter(({ quantity }) => quantity !== undefined)

/**
 * One lot, and not how much of it: what went in is said to have gone into that one. Of a serial number EPCIS can't but say
 * that it is one piece; where Traveler wrote both sides of an order, the one isn't what the order made.
 */
const intoOne = (read: ReadEvent, inputs: Lines, { lines }: Lines): JsonObject | undefined => {
  const [only, ...others] = lines
  if (only === undefined || others.length > 0 || only.material.lotId === undefined) return undefined
  const isOurs = read.said["traveler:event"] !== undefined && inputs.lines.length > 0
  return only.quantity === undefined || isOurs ? withoutGaps({ ...only.material }) : undefined
}

const nameOf = ({ material: { itemId, lotId, scope } }: Line): string => JSON.stringify([scope, itemId, lotId])
const isLot = ({ material, quantity }: Line): boolean => material.lotId !== undefined && quantity !== undefined

const part = (read: ReadEvent, { material: { lotId, scope }, quantity }: Line): JsonObject =>
  withoutGaps({ lotId, scope, quantity: quantity && { ...quantity }, storageLocation: takenFrom(read) })

/** Traveler wrote it of this lot: with one lot on either side, a merge reads like a split. */
const isToldBy = (read: ReadEvent, { material: { itemId, lotId, scope } }: Line): boolean =>
  lotId !== undefined &&
  scope !== undefined &&
  read.said["traveler:event"]?.startsWith(`${lotStream({ scope, itemId, lotId })}/`) === true

/** Lots of one item in other parts, the quantity kept: no order has made anything. */
const repacked = (read: ReadEvent, inputs: Lines, outputs: Lines): Meant | undefined => {
  const [from, to] = [inputs.lines[0], outputs.lines[0]]
  const all = [...inputs.lines, ...outputs.lines]
  if (from === undefined || to === undefined || !all.every(isLot)) return undefined
  const [sources, targets] = [new Set(inputs.lines.map(nameOf)), new Set(outputs.lines.map(nameOf))]
  const isOneItem = new Set(all.map(({ material }) => material.itemId)).size === 1
  const about = ({ material }: Line) => ({
    ...material,
    occurredAt: occurredAt(read.said),
    storageLocation: takenFrom(read)
  })
  switch (word(read.said.bizStep, "bizStep", read)) {
    case "repackaging":
      if (!isOneItem) return undefined
      if (sources.size === 1 && !(targets.size === 1 && isToldBy(read, to))) {
        return {
          type: "LotSplit",
          body: withoutGaps({ ...about(from), into: outputs.lines.map((line) => part(read, line)) })
        }
      }
      return targets.size === 1
        ? { type: "LotMerged", body: withoutGaps({ ...about(to), from: inputs.lines.map((line) => part(read, line)) }) }
        : undefined
    case "commissioning": {
      const isSame = JSON.stringify(from.quantity) === JSON.stringify(to.quantity)
      return all.length === 2 && isSame
        ? {
            type: "LotTransferred",
            body: withoutGaps({
              ...about(from),
              to: withoutGaps({ ...to.material }),
              quantity: materialJson(from).quantity
            })
          }
        : undefined
    }
    default:
      return undefined
  }
}

export const transformationMeaning = (read: ReadEvent): Meaning => {
  const { said } = read
  const inputs = linesOf(said.inputEPCList, said.inputQuantityList, said["traveler:inputQuantities"])
  const outputs = linesOf(said.outputEPCList, said.outputQuantityList, said["traveler:outputQuantities"])
  if (said["traveler:takenOver"] === true) {
    return { messages: [], unsaid: [{ what: "traveler:takenOver", why: "Only an ERP says what it had before" }] }
  }
  const only = said.transformationID === undefined ? repacked(read, inputs, outputs) : undefined
  return only === undefined
    ? ofOrder(read, inputs, outputs)
    : { messages: [only], unsaid: [...inputs.unsaid, ...outputs.unsaid] }
}
