// Edges that nobody scanned, as of a cut: of every vessel and every shared work center. Used by the recall, in its own
// transaction. One statement for each kind of thing, however many there are; two that find nothing where no vessel is
// defined and no clean break was ever recorded.
import { Effect } from "effect"
import { DataQualityIssue } from "../../core/failure.ts"
import { WorkCenterId } from "../../core/plant/identifiers.ts"
import type { Cut } from "../../projections/cut.ts"
import {
  type CleanBreakRow,
  cleanBreaks,
  type PresenceRow,
  placesNamed,
  presencesOn
} from "../../projections/equipment/windows.ts"
import { onEquipmentOf } from "../../projections/genealogy/steps.ts"
import { type FlowAt, flowsAt } from "../../projections/ledger/places.ts"
import { type VesselRow, vessels } from "../../projections/plants/queries.ts"
import { breakName, type CleanBreak } from "./clean-break.ts"
import type { Derived, DerivedEdge, Node } from "./derived.ts"
import { type Place, placeName } from "./place.ts"
import type { Definition } from "./vessels/mixing.ts"
import { movementOf } from "./vessels/movement.ts"
import { vesselEdges } from "./vessels/vessel.ts"
import { presencesOf, type Said } from "./windows/presence.ts"
import { type Bounds, boundsAround, boundsInWords, isWithin, windowEdges } from "./windows/windows.ts"

const keyOf = ({ id, plant }: Place): string => `${plant}\n${id}`
const ofVessel = ({ location, plant }: { readonly plant: Place["plant"]; readonly location: Place["id"] }): Place => ({
  plant,
  id: location
})
const ofWorkCenter = ({ plant, workCenter }: Pick<CleanBreakRow, "plant" | "workCenter">): Place => ({
  plant,
  id: workCenter
})

/** In the order in which they came. */
const grouped = <Row>(
  rows: ReadonlyArray<Row>,
  placeOf: (row: Row) => Place
): ReadonlyMap<string, ReadonlyArray<Row>> => Map.groupBy(rows, (row) => keyOf(placeOf(row)))

const asBreak = ({ endedAt: at, recordedAt, reference, startedAt }: CleanBreakRow): CleanBreak => ({
  at,
  recordedAt,
  reference,
  startedAt
})
type Breaks = ReadonlyMap<string, ReadonlyArray<CleanBreak>>
const breaksOf = (rows: ReadonlyArray<CleanBreakRow>): Breaks =>
  new Map([...grouped(rows, ofWorkCenter)].map(([key, group]) => [key, group.map(asBreak)]))

const asSaid = ({ kind, occurredAt: at, operation, order, recordedAt }: PresenceRow): Said => ({
  at,
  kind,
  operation,
  order,
  recordedAt
})
const asDefinition = ({ from, mixing, recordedAt }: VesselRow): Definition => ({
  from: from.getTime(),
  mixing,
  recordedAt: recordedAt.getTime()
})

/** What one place gives. Of a place that gives nothing, nothing is assumed. */
const given = (edges: ReadonlyArray<DerivedEdge>, assumptions: ReadonlyArray<string>): Derived => ({
  edges,
  assumptions: edges.length === 0 ? [] : assumptions
})

const mixingInWords = ({ from, mixing }: VesselRow): string => `${mixing ?? "no vessel"} from ${from.toISOString()} on`

const cleanedInWords = (place: Place, breaks: ReadonlyArray<CleanBreak>): string =>
  `Equipment ${placeName(place)} was cleaned: ${breaks.map(breakName).join(", ")}.`

/** Each group of rows with its place, which all of them have. */
const byPlace = <Row>(rows: ReadonlyArray<Row>, placeOf: (row: Row) => Place) =>
  [...grouped(rows, placeOf).values()].flatMap((group) =>
    group.slice(0, 1).map((row) => ({ place: placeOf(row), row, group }))
  )

const ofVessels = Effect.fnUntraced(function* (words: ReadonlyArray<VesselRow>, breaks: Breaks, cut: Cut) {
  const defined = byPlace(words, ofVessel).filter(({ group }) => group.some(({ mixing }) => mixing !== null))
  if (defined.length === 0) return []
  const flows = grouped(
    yield* flowsAt(
      defined.map(({ row }) => row),
      cut
    ),
    ofVessel
  )
  return defined.map(({ group, place }) => {
    const movements = (flows.get(keyOf(place)) ?? []).map(movementOf)
    const cleaned = breaks.get(keyOf(place)) ?? []
    return given(vesselEdges(place, group.map(asDefinition), movements, cleaned), [
      `Vessel ${placeName(place)}: ${group.map(mixingInWords).join(", ")}; what was said first holds for the time before, too.`,
      ...(cleaned.length === 0 ? [] : [cleanedInWords(place, cleaned)])
    ])
  })
})

const ofEquipment = Effect.fnUntraced(function* (rows: ReadonlyArray<CleanBreakRow>, breaks: Breaks, cut: Cut) {
  const shared = byPlace(rows, ofWorkCenter)
  if (shared.length === 0) return []
  const said = grouped(
    yield* presencesOn(
      shared.map(({ row }) => row),
      cut
    ),
    ofWorkCenter
  )
  const orders = new Set([...said.values()].flat().map(({ order }) => order))
  const lots = Map.groupBy(yield* onEquipmentOf([...orders], cut), ({ order }): Node => order)
  const lotsOf = (order: Node): ReadonlyArray<Node> => (lots.get(order) ?? []).map(({ lot }) => lot)
  return shared.map(({ place }) => {
    const cleaned = breaks.get(keyOf(place)) ?? []
    const stays = presencesOf((said.get(keyOf(place)) ?? []).map(asSaid))
    return given(windowEdges(place, stays, cleaned, lotsOf), [cleanedInWords(place, cleaned)])
  })
})

/** What everything known of vessels and clean breaks makes of the movements and uses that count. */
export const derivedFrom = Effect.fnUntraced(function* (cut: Cut) {
  const words = yield* vessels(cut)
  const rows = yield* cleanBreaks(cut)
  const breaks = breaksOf(rows)
  const found = [...(yield* ofVessels(words, breaks, cut)), ...(yield* ofEquipment(rows, breaks, cut))]
  const derived: Derived = {
    edges: found.flatMap(({ edges }) => edges),
    assumptions: [...new Set(found.flatMap(({ assumptions }) => assumptions))].sort()
  }
  return derived
})

interface Start {
  readonly node: Node
  readonly reason: string
}

/** Where a recall starts besides its lot, each with why. */
export interface WindowStarts {
  readonly starts: ReadonlyArray<Start>
  /** On the way back as well: what went there into one lot alone, to which no step from its order leads. */
  readonly inputs: ReadonlyArray<Start>
  readonly assumptions: ReadonlyArray<string>
}

const placeAsked = Effect.fnUntraced(function* (name: string, cut: Cut) {
  const workCenters = (yield* placesNamed(name)).map(ofWorkCenter)
  const defined = (yield* vessels(cut))
    .map(ofVessel)
    .filter(({ id, plant }) => id === name || `${plant}/${id}` === name)
  const found = new Map([...workCenters, ...defined].map((place) => [keyOf(place), place]))
  const [place, another] = found.values()
  if (place !== undefined && another === undefined) return place
  return yield* new DataQualityIssue({
    field: "window",
    value: name,
    reason: place === undefined ? "No order was ever on it, and it is no vessel" : "Several plants have it",
    nextStep:
      place === undefined ? "See: npm run traveler -- equipment list" : `Name the plant: ${place.plant}/${place.id}`
  })
})

const throughVessel = (flows: ReadonlyArray<FlowAt>, bounds: Bounds): ReadonlyArray<Node> =>
  flows
    .map(movementOf)
    .flatMap(({ at, end }) => (end !== undefined && isWithin({ from: at, to: at }, bounds) ? [end] : []))

/**
 * Every order that was on the equipment between the clean break at or before `from` and the first one at or after `to`; of a
 * vessel whatever came into it or went out of it then.
 */
export const windowLots = Effect.fnUntraced(function* (equipment: WorkCenterId, from: number, to: number, cut: Cut) {
  const place = yield* placeAsked(equipment, cut)
  const breaks = breaksOf(yield* cleanBreaks(cut)).get(keyOf(place)) ?? []
  const bounds = boundsAround(breaks, from, to)
  const said = yield* presencesOn([{ plant: place.plant, workCenter: WorkCenterId.make(place.id) }], cut)
  const orders = presencesOf(said.map(asSaid)).flatMap((stay) => (isWithin(stay, bounds) ? [stay.order] : []))
  const vessel = (yield* vessels(cut)).filter((row) => keyOf(ofVessel(row)) === keyOf(place)).slice(0, 1)
  const ends = vessel.length === 0 ? [] : throughVessel(yield* flowsAt(vessel, cut), bounds)
  const inputs = (yield* onEquipmentOf(orders, cut)).flatMap(({ isInput, lot }) => (isInput ? [lot] : []))
  const reason = `On ${placeName(place)} ${boundsInWords(bounds)}`
  const startsAt = (nodes: ReadonlyArray<Node>) => [...new Set(nodes)].sort().map((node) => ({ node, reason }))
  const found: WindowStarts = {
    starts: startsAt([...orders, ...ends]),
    inputs: startsAt(inputs),
    assumptions: [`The window of ${placeName(place)} asked for lies ${boundsInWords(bounds)}.`]
  }
  return found
})
