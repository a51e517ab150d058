// What an event of objects says of lots, as canonical messages: by its business step. Pure; used by `messages.ts` alone.
import { ownText } from "./identifiers.ts"
import type { Json, JsonObject } from "./json.ts"
import {
  documentOfType,
  keptIn,
  type Line,
  type Lines,
  linesOf,
  locationAt,
  type Meaning,
  type Meant,
  materialJson,
  occurredAt,
  partner,
  takenFrom,
  type Unsaid,
  withoutGaps,
  word
} from "./materials.ts"
import { ofOrder } from "./order-messages.ts"
import type { ReadEvent } from "./read.ts"

const nothing = (what: string, why: string): Meaning => ({ messages: [], unsaid: [{ what, why }] })

/** What a step becomes for one lot; a text is why it becomes nothing. */
type OfLot = (lot: JsonObject, line: Line) => Meant | string

const each = ({ lines, unsaid }: Lines, needsQuantity: boolean, of: OfLot): Meaning => {
  const messages: Array<Meant> = []
  const left: Array<Unsaid> = [...unsaid]
  for (const line of lines) {
    const { itemId, lotId, scope } = line.material
    const name = [scope, itemId, lotId].filter((part) => part !== undefined).join("/")
    if (lotId === undefined) left.push({ what: name, why: "It doesn't say which lot" })
    else if (needsQuantity && line.quantity === undefined) left.push({ what: name, why: "It doesn't say how much" })
    else {
      const meant = of(withoutGaps({ itemId, lotId, scope }), line)
      if (typeof meant === "string") left.push({ what: name, why: meant })
      else messages.push(meant)
    }
  }
  return { messages, unsaid: left }
}

/** A day alone has all of its hours. */
const expiry = ({ said: { eventTimeZoneOffset, ilmd } }: ReadEvent): string | undefined => {
  const day = ilmd?.["cbvmda:itemExpirationDate"]
  return ilmd?.["traveler:expiresAt"] ?? (day === undefined ? undefined : `${day}T23:59:59${eventTimeZoneOffset}`)
}

export const objectMeaning = (read: ReadEvent): Meaning => {
  const { said } = read
  const lines =
    said.type === "AggregationEvent"
      ? linesOf(said.childEPCs, said.childQuantityList)
      : linesOf(said.epcList, said.quantityList, said["traveler:quantities"])
  const step = word(said.bizStep, "bizStep", read)
  const disposition = word(said.disposition, "disposition", read)
  const at = { occurredAt: occurredAt(said) }
  const reason = said["traveler:reason"]
  const signature = said["traveler:signature"]
  const amount =
    (storageLocation: string | undefined) =>
    (lot: JsonObject, line: Line, more: { readonly [name: string]: Json | undefined }): JsonObject =>
      withoutGaps({ ...lot, ...at, quantity: materialJson(line).quantity, storageLocation, ...more })
  const [kept, taken] = [amount(keptIn(read)), amount(takenFrom(read))]
  const decided = (type: "LotHeld" | "LotRejected", why: string): Meaning =>
    each(lines, false, (lot) => ({
      type,
      body: withoutGaps({
        ...lot,
        ...at,
        reason: why,
        signature: signature && { role: signature["traveler:role"], meaning: signature["traveler:meaning"] }
      })
    }))
  switch (step) {
    case "receiving":
    case "accepting": {
      const from = partner(read, "sourceList")
      if (disposition === "returned") {
        const document = documentOfType(read, "rma", "desadv", "inv") ?? read.hash
        if (from === undefined) return nothing("sourceList", "It doesn't say which customer sent it back")
        return each(lines, true, (lot, line) => ({
          type: "LotReceivedBack",
          body: kept(lot, line, { customer: from, document })
        }))
      }
      const supplier = from && {
        supplier: withoutGaps({
          partnerId: from,
          lotId: said["traveler:supplierLot"],
          certificate: documentOfType(read, "cert")
        })
      }
      return each(lines, true, (lot, line) => ({
        type: "LotReceived",
        body: kept(lot, line, { ...supplier, expiresAt: expiry(read) })
      }))
    }
    case "commissioning":
    case "creating_class_instance":
      return said.action === "ADD"
        ? ofOrder(read, { lines: [], unsaid: [] }, lines)
        : nothing(step, "It adds nothing: something was seen that others made")
    case "shipping": {
      const customer = partner(read, "destinationList")
      const document = documentOfType(read, "desadv", "bol", "inv", "po") ?? read.hash
      if (customer === undefined) return nothing("destinationList", "It doesn't say to whom")
      return each(lines, true, (lot, line) => ({ type: "LotShipped", body: taken(lot, line, { customer, document }) }))
    }
    case "destroying":
    case "decommissioning":
      return each(lines, true, (lot, line) => ({
        type: "LotScrapped",
        body: taken(lot, line, { scrapReason: reason ?? step })
      }))
    case "sampling":
      return each(lines, true, (lot, line) => ({
        type: "LotSampled",
        body: taken(lot, line, { use: said.action === "DELETE" ? "Destructive Sample" : "Retained Sample" })
      }))
    case "storing": {
      if (disposition === "returned") return ofOrder(read, { lines: [], unsaid: [] }, lines)
      const [from, to] = [locationAt(read, "sourceList"), locationAt(read, "destinationList") ?? keptIn(read)]
      return each(lines, true, (lot, line) =>
        from === undefined || to === undefined
          ? "It doesn't say from where to where"
          : { type: "LotMoved", body: { ...lot, ...at, from, to, quantity: materialJson(line).quantity ?? null } }
      )
    }
    case "cycle_counting":
      return each(lines, true, (lot, line) => {
        if (said.action === "OBSERVE" || line.quantity === undefined) return "It says what there is, not what differs"
        const { unit, value } = line.quantity
        const quantity = { unit, value: said.action === "DELETE" ? `-${value}` : value }
        return { type: "LotAdjusted", body: { ...kept(lot, line, { reason: reason ?? step }), quantity } }
      })
    case "holding":
      return decided("LotHeld", reason ?? disposition ?? step)
    case "inspecting":
      return inspected(read, lines, decided)
    default:
      return nothing(step ?? "bizStep", "Traveler has no word for this step")
  }
}

/**
 * What was measured and tested is told, and a rejection that Traveler wrote. No document releases a lot here: whoever
 * writes it, a partner's Traveler too, can call the event ours.
 */
const inspected = (read: ReadEvent, lines: Lines, decided: (type: "LotRejected", why: string) => Meaning): Meaning => {
  const { said } = read
  const reason = said["traveler:reason"]
  const at = { occurredAt: occurredAt(said) }
  const disposition = word(said.disposition, "disposition", read)
  if (said["traveler:event"] !== undefined && reason !== undefined && disposition === "non_conformant")
    return decided("LotRejected", reason)
  const test = documentOfType(read, "testprd")
  const passed = said["traveler:passed"]
  if (test !== undefined && passed !== undefined) {
    return each(lines, false, (lot) => ({
      type: "TestResultRecorded",
      body: withoutGaps({ ...lot, ...at, testSpecification: test, passed, reason })
    }))
  }
  const reports = (said.sensorElementList ?? []).flatMap(({ sensorReport }) => sensorReport)
  const measured = reports.flatMap(({ type, uom, value }) => (value === undefined ? [] : [{ type, uom, value }]))
  if (measured.length === 0) return nothing("inspecting", "It measures nothing, and no document releases a lot here")
  const all = measured.map(({ type, uom, value }) =>
    each(lines, false, (lot) => ({
      type: "QualityReadingRecorded",
      body: withoutGaps({ ...lot, ...at, characteristic: ownText(type), value, unit: uom })
    }))
  )
  return { messages: all.flatMap(({ messages }) => messages), unsaid: all[0]?.unsaid ?? [] }
}
