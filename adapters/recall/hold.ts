// Holds every lot of a recall's scope by one decision: a message to each lot's actor, in the name of whoever decided. Used by
// the command.
import { Effect, Schedule } from "effect"
import { DataQualityIssue, TechnicalFailure } from "../../core/failure.ts"
import { lotStream } from "../../core/journal/stream.ts"
import { schemaVersion } from "../../core/message/catalogue.ts"
import type { LotHeld } from "../../core/message/lot.ts"
import type { RecallScope } from "../../core/message/recall.ts"
import type { Badge, PlantId, RecallId } from "../../core/plant/identifiers.ts"
import { plantOfScope } from "../../core/plant/lot.ts"
import type { OccurredAt } from "../../core/plant/time.ts"
import { Broker, exchanges, type Publication } from "../../core/port/broker.ts"
import { everything } from "../../projections/cut.ts"
import { dispositionsOf } from "../../projections/ledger/queries.ts"
import { wordsKnown } from "../../projections/ledger/words.ts"
import { plants } from "../postgres/plants.ts"
import type { AffectedLot, LotName, RecallReport } from "./report.ts"

export interface Holding {
  readonly recallId: RecallId
  readonly scope: RecallScope
  readonly badge: Badge
  readonly reason: string
  readonly signature?: { readonly role: string; readonly meaning: string }
  readonly occurredAt: OccurredAt
  /** Says it of lots that are no plant's own. */
  readonly plant?: PlantId
}

const messageIdOf = (recallId: RecallId, index: number): string => `${recallId}/${index + 1}`

const encoder = new TextEncoder()

/** The recalled lot's own word first, then by the report's order: what is surest is barred first. */
const lotsHeld = ({ lots, scopes }: RecallReport, scope: RecallScope): ReadonlyArray<AffectedLot> => {
  const wanted = new Set(scopes[scope])
  return lots.filter(({ id }) => wanted.has(id))
}

const nobodySays = (lot: AffectedLot, served: ReadonlyArray<PlantId>) =>
  new DataQualityIssue({
    field: "plant",
    value: lot.id,
    reason: "This lot is no plant's own, so some plant that is served here must say that it is held",
    nextStep: `Name one, --plant PLANT: ${served.join(", ")}`
  })

/** As a plant's quality people would send it, by that plant's queue: the ERP is told as of any other hold. */
const publicationOf = (lot: AffectedLot, index: number, holding: Holding, plant: PlantId): Publication => {
  const { badge, occurredAt, reason, recallId, signature } = holding
  const body: typeof LotHeld.Encoded = {
    itemId: lot.item,
    lotId: lot.lot,
    scope: lot.scope,
    occurredAt,
    badge,
    reason: `Recall ${recallId}: ${reason}`,
    ...(signature === undefined ? {} : { signature })
  }
  return {
    exchange: exchanges.mesEvents,
    routingKey: `${plant}.LotHeld`,
    type: "LotHeld",
    contentType: "application/json",
    body: encoder.encode(JSON.stringify(body)),
    messageId: messageIdOf(recallId, index),
    appId: "traveler-recall",
    correlationId: recallId,
    schemaVersion
  }
}

/** For a core that is drowning; one that is up takes 1,000 a second and more. */
const patience = { schedule: Schedule.spaced("200 millis"), times: 1_500 }

const notYet = (recallId: RecallId, known: number, sent: number) =>
  new TechnicalFailure({
    field: "recall",
    value: recallId,
    reason: `All ${sent} holds are sent and safe, but only ${known} of them are recorded yet`,
    nextStep: "See later: npm run traveler -- doctor; the recall itself isn't recorded, so carry it out again then"
  })

/** Why a lot isn't held though it should be, in words. */
const notHeldSince = {
  released: "a word of a later time releases it: some clock was ahead",
  unserved: "its plant isn't served here, and no other may speak for it"
} as const

export interface NotHeld {
  readonly id: LotName
  readonly reason: string
}

const because =
  (reason: string) =>
  ({ id }: AffectedLot): NotHeld => ({ id, reason })

/** A lot of the scope is one of these. */
export interface Held {
  readonly held: ReadonlyArray<AffectedLot>
  /** For good, before; a hold would have taken that back. */
  readonly rejected: ReadonlyArray<AffectedLot>
  readonly notHeld: ReadonlyArray<NotHeld>
}

const streamOf = ({ item, lot, scope }: AffectedLot) => lotStream({ scope, itemId: item, lotId: lot })

/** As the last word on each lot has it, whatever the recall was asked as of. */
const lastWords = Effect.fnUntraced(function* (lots: ReadonlyArray<AffectedLot>) {
  const words = yield* dispositionsOf(lots.map(streamOf), everything)
  return (lot: AffectedLot) => words.get(streamOf(lot))?.disposition
})

/** Succeeds once each hold is recorded; nothing is sent where nobody is named who must say one. */
export const holdLots = Effect.fnUntraced(function* (report: RecallReport, holding: Holding) {
  const broker = yield* Broker
  const served = yield* plants
  const all = lotsHeld(report, holding.scope)
  const before = yield* lastWords(all)
  const isUnserved = ({ scope }: AffectedLot): boolean => {
    const own = plantOfScope(scope)
    return own !== undefined && !served.includes(own)
  }
  const rejected = all.filter((lot) => before(lot) === "rejected")
  const lots = all.filter((lot) => before(lot) !== "rejected" && !isUnserved(lot))
  const publications: Array<Publication> = []
  for (const [index, lot] of lots.entries()) {
    const plant = plantOfScope(lot.scope) ?? holding.plant
    if (plant === undefined || !served.includes(plant)) return yield* nobodySays(lot, served)
    publications.push(publicationOf(lot, index, holding, plant))
  }
  yield* broker.publish(publications)
  const said = lots.map((lot, index) => ({ lot: streamOf(lot), messageId: messageIdOf(holding.recallId, index) }))
  yield* wordsKnown(said).pipe(
    Effect.filterOrFail(
      (known) => known >= said.length,
      (known) => notYet(holding.recallId, known, said.length)
    ),
    Effect.retry({ ...patience, while: ({ _tag }) => _tag === "TechnicalFailure" })
  )
  const now = yield* lastWords(lots)
  const done: Held = {
    held: lots.filter((lot) => now(lot) !== "released"),
    rejected,
    notHeld: [
      ...all.filter((lot) => before(lot) !== "rejected" && isUnserved(lot)).map(because(notHeldSince.unserved)),
      ...lots.filter((lot) => now(lot) === "released").map(because(notHeldSince.released))
    ]
  }
  return done
})
