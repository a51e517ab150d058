// One lot as the events of its stream tell it, apart from its quantities. Pure; used by `lots.ts` and by tests.
import type { LotBreach } from "../../core/event/lot.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { compareRanks, outranks, type Rank, rankOf } from "../../core/message/rank.ts"

/** Plain data, kept as JSON in `lot_view.state`. */
export interface Lot {
  /** The word that holds since the latest time. */
  readonly disposition?: Rank & { readonly is: "held" | "released" | "rejected"; readonly reason: string }
  /** When its history begins, where the ERP had it before that. */
  readonly takenOver?: string
  /** The highest ranked word on each. */
  readonly expiry?: Rank & { readonly expiresAt: string }
  /** The expiry whose time has come. */
  readonly expired?: string
  readonly supplier?: Rank & { readonly partnerId: string; readonly lotId?: string; readonly certificate?: string }
  readonly breaches: { readonly [breach: string]: LotBreach & { readonly state: "open" | "waived" } }
  /** Of the last event. */
  readonly version: number
  readonly updatedAt: number
}

export const unknownLot: Lot = { breaches: {}, version: 0, updatedAt: 0 }

/** Another word on its expiry may have come since. */
export const isExpired = ({ expired, expiry }: Lot): boolean =>
  expired !== undefined && expiry !== undefined && Date.parse(expired) === Date.parse(expiry.expiresAt)

const isLater = (rank: Rank, current: Rank | undefined): boolean =>
  current === undefined || (rank.at - current.at || compareRanks(rank, current)) > 0

const words = { LotHeld: "held", LotReleased: "released", LotRejected: "rejected" } as const

type Reversed = Extract<RecordedEvent, { readonly type: "LotReportReversed" }>["data"]

/** What holds instead, as the lot's actor knows it. */
const withoutReport = (lot: Lot, { nowExpires, nowHolds, reason }: Reversed): Lot => {
  const { disposition, expiry, ...others } = lot
  const word = nowHolds === undefined ? disposition : nowHolds === null ? undefined : wordOf(nowHolds, reason)
  const holds = nowExpires === undefined ? expiry : nowExpires === null ? undefined : expiryOf(nowExpires)
  return {
    ...others,
    ...(word === undefined ? {} : { disposition: word }),
    ...(holds === undefined ? {} : { expiry: holds })
  }
}

const wordOf = ({ disposition, ...rank }: NonNullable<Reversed["nowHolds"]>, reason: string) => ({
  ...rank,
  is: disposition,
  reason
})
const expiryOf = ({ expiresAt, ...rank }: NonNullable<Reversed["nowExpires"]>) => ({
  ...rank,
  expiresAt: new Date(expiresAt).toISOString()
})

/** The lot after this event of its stream. */
export const evolve = (before: Lot, event: RecordedEvent): Lot => {
  const lot: Lot = { ...before, version: event.version, updatedAt: event.recordedAt }
  const rank = rankOf(event.metadata)
  switch (event.type) {
    case "LotReceived": {
      const { expiresAt, supplier } = event.data
      return {
        ...lot,
        ...(expiresAt !== undefined && outranks(rank, lot.expiry) ? { expiry: { ...rank, expiresAt } } : {}),
        ...(supplier !== undefined && outranks(rank, lot.supplier) ? { supplier: { ...rank, ...supplier } } : {})
      }
    }
    case "LotTakenOver": {
      const { expiresAt } = event.data
      const expiry = expiresAt !== undefined && outranks(rank, lot.expiry) ? { expiry: { ...rank, expiresAt } } : {}
      return { ...lot, takenOver: event.metadata.occurredAt, ...expiry }
    }
    case "LotExpired":
      return { ...lot, expired: event.data.expiresAt }
    case "LotHeld":
    case "LotReleased":
    case "LotRejected":
      return isLater(rank, lot.disposition)
        ? { ...lot, disposition: { ...rank, is: words[event.type], reason: event.data.reason } }
        : lot
    case "LotReportReversed":
      return withoutReport(lot, event.data)
    case "LotBreachFound":
      return { ...lot, breaches: { ...lot.breaches, [event.data.breach]: { ...event.data, state: "open" } } }
    case "LotBreachWithdrawn": {
      const { [event.data.breach]: _, ...others } = lot.breaches
      return { ...lot, breaches: others }
    }
    case "LotBreachWaived": {
      const breach = lot.breaches[event.data.breach]
      if (breach === undefined) return lot
      return { ...lot, breaches: { ...lot.breaches, [event.data.breach]: { ...breach, state: "waived" } } }
    }
    default:
      return lot
  }
}
