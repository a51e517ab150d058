// Holds every lot of a recall's scope by one decision: a message to each lot's actor, in the name of whoever decided. Used by
// the command.
import { Effect } from "effect"
import { DataQualityIssue } from "../../core/failure.ts"
import { schemaVersion } from "../../core/message/catalogue.ts"
import type { LotHeld } from "../../core/message/lot.ts"
import type { RecallScope } from "../../core/message/recall.ts"
import type { Badge, PlantId, RecallId } from "../../core/plant/identifiers.ts"
import { plantOfScope } from "../../core/plant/lot.ts"
import type { OccurredAt } from "../../core/plant/time.ts"
import { Broker, exchanges, type Publication } from "../../core/port/broker.ts"
import type { AffectedLot, RecallReport } from "./report.ts"

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

const encoder = new TextEncoder()

/** The recalled lot's own word first, then by the report's order: what is surest is barred first. */
const lotsHeld = ({ lots, scopes }: RecallReport, scope: RecallScope): ReadonlyArray<AffectedLot> => {
  const wanted = new Set(scopes[scope])
  return lots.filter(({ id }) => wanted.has(id))
}

const nobodySays = (lot: AffectedLot) =>
  new DataQualityIssue({
    field: "plant",
    value: lot.id,
    reason: "This lot is no plant's own, so some plant must say that it is held",
    nextStep: "Name the plant: --plant PLANT"
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
    messageId: `${recallId}/${index + 1}`,
    appId: "traveler-recall",
    correlationId: recallId,
    schemaVersion
  }
}

/** Succeeds when the broker has all of them, which then are as safe as any message. */
export const holdLots = Effect.fnUntraced(function* (report: RecallReport, holding: Holding) {
  const broker = yield* Broker
  const lots = lotsHeld(report, holding.scope)
  const publications: Array<Publication> = []
  for (const [index, lot] of lots.entries()) {
    const plant = plantOfScope(lot.scope) ?? holding.plant
    if (plant === undefined) return yield* nobodySays(lot)
    publications.push(publicationOf(lot, index, holding, plant))
  }
  yield* broker.publish(publications)
  return lots
})
