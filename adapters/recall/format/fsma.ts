// The sortable spreadsheet that the FDA may ask for (21 CFR 1.1455(c)(3)(ii), FSMA 204): a row for each critical tracking
// event and lot, with its key data elements (1.1340, 1.1345, 1.1350), and the journal's event that each row is from. Pure;
// used by the recall's writers.

import { lotOf, orderOf, StreamName } from "../../../core/journal/stream.ts"
import type { TrackingEvent } from "../../../projections/ledger/tracking-events.ts"
import { csvLine } from "../../csv-line.ts"
import { type Columns, type Sheet, sheet } from "./sheet.ts"

/** As the rule names them; what goes into a lot and what comes out of it are rows of their own. */
const names: { readonly [kind in TrackingEvent["kind"]]: string } = {
  received: "Receiving",
  receivedBack: "Receiving",
  consumed: "Transformation (input)",
  returned: "Transformation (input taken back)",
  passedOn: "Transformation (input)",
  produced: "Transformation (output)",
  derived: "Transformation (output)",
  shipped: "Shipping"
}

const place = ({ location, plant }: TrackingEvent): string => (location === "" ? plant : `${plant}/${location}`)

/** Where a supplier gave it, and where it was made, the lot's code has its source. */
const codeSource = (event: TrackingEvent): string | null => {
  switch (event.kind) {
    case "received":
      return event.counterpart
    case "produced":
    case "derived":
      return event.plant
    default:
      return null
  }
}

const reference = ({
  counterpart,
  document,
  kind
}: TrackingEvent): readonly [type: string, number: string] | undefined => {
  if (kind === "received") return document === null ? undefined : ["Certificate", document]
  if (kind === "shipped" || kind === "receivedBack") return document === null ? undefined : ["Delivery", document]
  if (counterpart === null) return undefined
  const stream = StreamName(counterpart)
  return counterpart.startsWith("order/") ? ["Production order", orderOf(stream)] : ["Lot", lotOf(stream).lotId]
}

const columns: Columns<TrackingEvent> = [
  ["critical tracking event", ({ kind }) => names[kind]],
  ["traceability lot code", ({ lot }) => lotOf(lot).lotId],
  ["item", ({ lot }) => lotOf(lot).itemId],
  ["product description", ({ description }) => description],
  ["quantity", ({ quantity }) => quantity, "number"],
  ["unit", ({ unit }) => unit],
  ["location", place],
  ["previous source", ({ counterpart, kind }) => (kind === "received" || kind === "receivedBack" ? counterpart : null)],
  ["recipient", ({ counterpart, kind }) => (kind === "shipped" ? counterpart : null)],
  ["date", ({ occurredAt }) => new Date(occurredAt).toISOString()],
  ["traceability lot code source", codeSource],
  ["source's lot", ({ partnerLot }) => partnerLot],
  ["reference document type", (event) => reference(event)?.[0]],
  ["reference document", (event) => reference(event)?.[1]],
  ["scope", ({ lot }) => lotOf(lot).scope],
  ["event", ({ reporter, version }) => `${reporter}@${version}`]
]

export const trackingSheet = (events: ReadonlyArray<TrackingEvent>): Sheet => sheet("FSMA 204", columns, events)

/** As CSV, under its own name alone. */
export const trackingCsv = (events: ReadonlyArray<TrackingEvent>): Uint8Array => {
  const { header, rows } = trackingSheet(events)
  return Buffer.from([header, ...rows].map(csvLine).join(""))
}
