// What an ERP document waits for, by its state and by what is before it in its lane. Pure. Used by `why` alone.
import { category, lotOf } from "../../../core/journal/stream.ts"
import type { OrderPostings } from "../../../core/port/erp.ts"
import type { CaseRow } from "../../../projections/exceptions/queries.ts"
import type { LotWait, PostingRow } from "../../../projections/postings/queries.ts"
import { fullName } from "../known-lots.ts"
import { caseToCome, isUnderWay, ofCase } from "./cases.ts"
import { byItself, command, type Reason } from "./reason.ts"

/** A document's lane (every document of its stream, in the order in which they are posted) and its cases. */
export interface Lane {
  readonly postings: ReadonlyArray<PostingRow>
  readonly cases: ReadonlyArray<CaseRow>
  /** The lots that its requested documents take from, where they wait for one. */
  readonly lots: ReadonlyArray<LotWait>
  /** How the ERP takes what orders report. */
  readonly orders: OrderPostings
  /** Nothing more is expected of the order. */
  readonly isComplete: boolean
}

const open: ReadonlySet<PostingRow["state"]> = new Set(["Requested", "Accepted", "InDoubt", "Deferred", "Failed"])
/** Those of a group aren't: it is the group that is on its way, or refused. */
const isOpen = ({ group, state }: PostingRow): boolean => open.has(state) && group === null

const isInErp = ({ document, state }: PostingRow): boolean =>
  state === "Verified" || (state === "Waived" && document !== null)

/** Its successors are posted only once the one before them is through. */
const behind = (posting: PostingRow, lane: Lane): Reason | undefined => {
  // Groups have a lane of their own.
  const first = lane.postings.find((other) => isOpen(other) && (other.kind === "group") === (posting.kind === "group"))
  if (first === undefined || first.key === posting.key) return undefined
  const { how, waitsFor, who } = ofDocument(first, lane)
  return { waitsFor: `document ${first.key} before it, which waits for ${waitsFor}`, who, how }
}

const originalMissing = (posting: PostingRow, lane: Lane): Reason | undefined => {
  const original = lane.postings.find(({ key }) => key === posting.reverses)
  if (original === undefined || isInErp(original)) return undefined
  // What ends a document ends its reversal, too; it has no wait of its own to tell of, which would lead back here.
  if (original.state === "Withdrawn" || original.state === "Waived") {
    return {
      waitsFor: `its own end, since document ${original.key}, which it takes back, is ${stateInWords[original.state]}`,
      who: byItself,
      how: `ends it within a moment; if it doesn't, see: ${command("doctor")}`
    }
  }
  const { how, waitsFor, who } = ofDocument(original, lane)
  return { waitsFor: `document ${original.key}, which it takes back and which waits for ${waitsFor}`, who, how }
}

/** What it takes from has a say before it is sent the first time. */
const lotInTheWay = ({ key, waitsForLots }: PostingRow, { lots }: Lane): Reason | undefined => {
  const wait = lots.find(
    (wait) => wait.key === key && (!wait.heard || wait.blocks.length > 0 || wait.receipts.length > 0)
  )
  if (!waitsForLots || wait === undefined) return undefined
  const lot = fullName(lotOf(wait.lot))
  const [block] = wait.blocks
  const [receipt] = wait.receipts
  if (!wait.heard) return { waitsFor: `lot ${lot} to hear of it`, who: byItself, how: "tells it within moments" }
  if (block !== undefined) {
    return {
      waitsFor: `lot ${lot}, of which ${block.split("\n").toReversed().join(" of ")} is open`,
      who: "whoever decides on that",
      how: `is told by: ${command("why lot", lot)}`
    }
  }
  return {
    waitsFor: `document ${receipt}, which puts lot ${lot} into stock`,
    who: "whoever that waits for",
    how: `is told by: ${command("why posting", receipt ?? "")}`
  }
}

const next = (): Reason => ({
  waitsFor: "its turn, which is the next of its lane",
  who: byItself,
  how: "sends it within moments, for as long as the ERP answers"
})

/** Where the ERP takes all that an order reports in one document. */
const orderNotDue = (posting: PostingRow, { isComplete, orders, postings }: Lane): Reason | undefined => {
  const goesAlone = posting.kind === "group" || posting.document !== null || category(posting.stream) !== "order"
  if (orders === "each" || goesAlone) return undefined
  const before = postings.find(
    (other) =>
      (other.state === "Withheld" && isComplete && orders === "together") ||
      (isOpen(other) && (other.kind === "group" || other.state !== "Requested"))
  )
  if (before !== undefined) {
    return {
      waitsFor: `document ${before.key} of its order, since its ERP takes all of them in one`,
      who: "whoever that waits for",
      how: `is told by: ${command("why posting", before.key)}`
    }
  }
  if (!isComplete) {
    const { windowMillis } = orders === "together" ? { windowMillis: undefined } : orders
    const until =
      windowMillis === undefined ? "" : `, or the oldest document of it to have waited ${windowMillis / 60_000} minutes`
    return {
      waitsFor: `its order to be technically complete${until}, since its ERP takes all that an order reports in one document`,
      who: windowMillis === undefined ? "whoever completes the order" : byItself,
      how: windowMillis === undefined ? "reports that, and all of it is posted" : "posts all of it then"
    }
  }
  return {
    waitsFor: "being put into one document with all that its order reports",
    who: byItself,
    how: "does it within moments"
  }
}

/** The first of these that holds is why a requested document isn't sent yet. */
const obstacles = [orderNotDue, behind, originalMissing, lotInTheWay]

const requested = (posting: PostingRow, lane: Lane): Reason =>
  obstacles.map((obstacle) => obstacle(posting, lane)).find((reason) => reason !== undefined) ?? next()

const deferred = ({ attempts, class: kind, reason, until }: PostingRow): Reason => ({
  waitsFor: `its attempt ${attempts + 1} at ${new Date(until ?? 0).toISOString()}, since attempt ${attempts} ended in ${kind} (${reason})`,
  who: byItself,
  how: "makes it then"
})

const inDoubt = ({ reason }: PostingRow): Reason => ({
  waitsFor: `the ERP's word on whether it has the document (${reason})`,
  who: byItself,
  how: "asks for it by its key until it is told"
})

const accepted = ({ document }: PostingRow): Reason => ({
  waitsFor: `being read back from the ERP as ${document}`,
  who: byItself,
  how: "reads it back within moments, for as long as the ERP answers"
})

const failed = ({ key }: PostingRow, { cases }: Lane): Reason => {
  const row = cases.find((row) => row.posting === key && isUnderWay(row))
  return row === undefined ? caseToCome(`refused document ${key}`) : ofCase(row)
}

const withheld = (): Reason => ({
  waitsFor: "its order or lot, which withholds it",
  who: byItself,
  how: "asks for it once nothing withholds it any more"
})

/** Why an open or withheld document isn't in the ERP. */
const ofDocument = (posting: PostingRow, lane: Lane): Reason => {
  switch (posting.state) {
    case "Deferred":
      return deferred(posting)
    case "InDoubt":
      return inDoubt(posting)
    case "Accepted":
      return accepted(posting)
    case "Failed":
      return failed(posting, lane)
    case "Withheld":
      return withheld()
    default:
      return requested(posting, lane)
  }
}

/** What a document waits for; nothing once it is through. What withholds it is for its order to say. */
export const whyDocument = (posting: PostingRow, lane: Lane): ReadonlyArray<Reason> => {
  const group = lane.postings.find(({ key }) => key === posting.group)
  if (group !== undefined) return whyDocument(group, lane)
  return isOpen(posting) || posting.state === "Withheld" ? [ofDocument(posting, lane)] : []
}

/** Of a lane: each that was refused, and the first of those that are on their way. */
export const openDocuments = (lane: Lane) => {
  const { postings } = lane
  const refused = postings.filter((posting) => posting.state === "Failed" && isOpen(posting))
  const first = postings.find(isOpen)
  return {
    failed: refused.map((posting) => failed(posting, lane)),
    onTheirWay:
      first === undefined || first.state === "Failed"
        ? []
        : [ofDocument(first, lane)].map(({ how, waitsFor, who }) => ({
            waitsFor: `document ${first.key}, which waits for ${waitsFor}`,
            who,
            how
          }))
  }
}

const stateInWords = {
  Requested: "asked for",
  Withheld: "withheld",
  Accepted: "accepted",
  Verified: "verified in the ERP",
  Deferred: "deferred",
  InDoubt: "in doubt",
  Failed: "refused",
  Omitted: "left out, since the ERP has no word for it",
  Shadowed: "left to people, since its plant doesn't post it yet",
  Waived: "waived",
  Withdrawn: "withdrawn"
} as const

/** `11 of 12 documents are verified in the ERP, 1 withheld`: those of a group each, and not the group. */
export const documentsInWords = (lane: ReadonlyArray<PostingRow>): string => {
  const postings = lane.filter(({ kind }) => kind !== "group")
  if (postings.length === 0) return "it has asked for no document"
  const counts = Map.groupBy(postings, ({ state }) => state)
  const others = [...counts].filter(([state]) => state !== "Verified")
  return [
    `${counts.get("Verified")?.length ?? 0} of ${postings.length} documents are verified in the ERP`,
    ...others.map(([state, { length }]) => `${length} ${stateInWords[state]}`)
  ].join(", ")
}

export const documentState = ({ adopted, document, movedFrom, postingDate, reversed, state }: PostingRow): string => {
  const where = adopted ? "in the ERP, posted by a person" : stateInWords[state]
  const number = document === null ? "" : ` as ${document}`
  const moved =
    movedFrom === null ? "" : `, with posting date ${postingDate} since the period of ${movedFrom} is closed`
  return `it is ${where}${number}${moved}${reversed ? ", and was taken back there" : ""}`
}
