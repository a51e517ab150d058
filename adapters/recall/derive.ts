// Edges that nobody scanned, as of a cut: of every vessel and every shared work center. Used by the recall, in its own
// transaction. One statement for each kind of thing, however many there are; two that find nothing where no vessel is
// defined and no clean break was ever recorded.
import { Effect } from "effect"
import { DataQualityIssue } from "../../core/failure.ts"
import { WorkCenterId } from "../../core/plant/identifiers.ts"
import type { Cut } from "../../projections/cut.ts"
import { type CleanBreakRow, cleanBreaks, placesNamed, presencesOn } from "../../projections/equipment/windows.ts"
import { type FlowAt, flowsAt } from "../../projections/ledger/places.ts"
import { type VesselRow, vessels } from "../../projections/plants/queries.ts"
import { breakName, type CleanBreak } from "./clean-break.ts"
import type { Derived, Node } from "./derived.ts"
import { type Place, placeName } from "./place.ts"
import type { Definition } from "./vessels/mixing.ts"
import { movementOf } from "./vessels/movement.ts"
import { vesselEdges } from "./vessels/vessel.ts"
import { presencesOf } from "./windows/presence.ts"
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
const asDefinition = ({ from, mixing, recordedAt }: VesselRow): Definition => ({
  from: from.getTime(),
  mixing,
  recordedAt: recordedAt.getTime()
})

const onlyVessels = (rows: ReadonlyMap<string, ReadonlyArray<VesselRow>>) =>
  [...rows.values()].filter((words) => words.some(({ mixing }) => mixing !== null))

const mixingInWords = ({ from, mixing }: VesselRow): string => `${mixing ?? "no vessel"} from ${from.toISOString()} on`

/** What everything known of vessels and clean breaks makes of the movements and uses that count. */
export const derivedFrom = Effect.fnUntraced(function* (cut: Cut) {
  const [definitions, breakRows] = yield* Effect.all([vessels(cut), cleanBreaks(cut)])
  const vesselWords = onlyVessels(grouped(definitions, ofVessel))
  const breaks = grouped(breakRows, ofWorkCenter)
  const breaksOf = (place: Place): ReadonlyArray<CleanBreak> => (breaks.get(keyOf(place)) ?? []).map(asBreak)
  const places = vesselWords.flatMap(([first]) => (first === undefined ? [] : [first]))
  const cleaned = [...breaks.values()].flatMap(([first]) => (first === undefined ? [] : [first]))
  const flows = grouped(places.length === 0 ? [] : yield* flowsAt(places, cut), ofVessel)
  const presences = grouped(cleaned.length === 0 ? [] : yield* presencesOn(cleaned, cut), ofWorkCenter)
  const ofVessels = vesselWords.flatMap((words) =>
    words.slice(0, 1).flatMap((first) => {
      const place = ofVessel(first)
      const movements = (flows.get(keyOf(place)) ?? []).map(movementOf)
      return vesselEdges(place, words.map(asDefinition), movements, breaksOf(place))
    })
  )
  const ofWindows = cleaned.flatMap((row) => {
    const place = ofWorkCenter(row)
    const said = presences.get(keyOf(place)) ?? []
    const stays = presencesOf(said.map(({ occurredAt: at, ...row }) => ({ ...row, at })))
    return windowEdges(place, stays, breaksOf(place))
  })
  const derived: Derived = {
    edges: [...ofVessels, ...ofWindows],
    assumptions: [
      ...places.map((first) => {
        const place = ofVessel(first)
        const words = definitions.filter((row) => keyOf(ofVessel(row)) === keyOf(place))
        return `Vessel ${placeName(place)}: ${words.map(mixingInWords).join(", ")}; what was said first holds for the time before, too.`
      }),
      ...cleaned.map((row) => {
        const place = ofWorkCenter(row)
        return `Equipment ${placeName(place)} was cleaned: ${breaksOf(place).map(breakName).join(", ")}.`
      })
    ].sort()
  }
  return derived
})

/** Where a recall starts besides its lot, each with why. */
export interface WindowStarts {
  readonly starts: ReadonlyArray<{ readonly node: Node; readonly reason: string }>
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

const stay = (at: number) => ({ from: at, to: at })

const throughVessel = (flows: ReadonlyArray<FlowAt>, bounds: Bounds): ReadonlyArray<Node> =>
  flows.map(movementOf).flatMap(({ at, end }) => (end !== undefined && isWithin(stay(at), bounds) ? [end] : []))

/**
 * Every order that was on the equipment between the clean break at or before `from` and the first one at or after `to`; of a
 * vessel whatever came into it or went out of it then.
 */
export const windowLots = Effect.fnUntraced(function* (equipment: WorkCenterId, from: number, to: number, cut: Cut) {
  const place = yield* placeAsked(equipment, cut)
  const { plant, id } = place
  const breaks = (yield* cleanBreaks(cut)).filter((row) => keyOf(ofWorkCenter(row)) === keyOf(place)).map(asBreak)
  const bounds = boundsAround(breaks, from, to)
  const said = yield* presencesOn([{ plant, workCenter: WorkCenterId.make(id) }], cut)
  const stays = presencesOf(said.map(({ occurredAt: at, ...row }) => ({ ...row, at })))
  const orders = stays.filter((presence) => isWithin(presence, bounds)).map(({ order }) => order)
  const asVessel = (yield* vessels(cut)).filter((row) => keyOf(ofVessel(row)) === keyOf(place)).slice(0, 1)
  const ends = asVessel.length === 0 ? [] : throughVessel(yield* flowsAt(asVessel, cut), bounds)
  const reason = `On ${placeName(place)} ${boundsInWords(bounds)}`
  const found: WindowStarts = {
    starts: [...new Set([...orders, ...ends])].sort().map((node) => ({ node, reason })),
    assumptions: [`The window of ${placeName(place)} asked for lies ${boundsInWords(bounds)}.`]
  }
  return found
})
