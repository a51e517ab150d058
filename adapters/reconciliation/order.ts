// An order's three columns: what the MES reported, what the journal holds as being in the ERP, what the ERP holds; and why
// they differ, each reason once. Pure; used by `run.ts` and tests.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { orderStream } from "../../core/journal/stream.ts"
import { messageKey } from "../../core/message/metadata.ts"
import type { OrderId, PlantId } from "../../core/plant/identifiers.ts"
import type { Document, DocumentContent, ErpCapabilities, HeldDocument, Movement } from "../../core/port/erp.ts"
import { OrderChanges } from "../../projections/orders/changes.ts"
import type { Report } from "../../projections/orders/report.ts"
import { movementsOf } from "../../projections/postings/movements.ts"
import { evolve, type Posting } from "../../projections/postings/posting.ts"
import { amountNames } from "../erp/document-sums.ts"
import {
  amountCell,
  type Cells,
  itemsMoved,
  materialCell,
  minus,
  none,
  one,
  orderCells,
  plus,
  stockCells,
  sum
} from "./cells.ts"
import { apartOf, said } from "./erp-side.ts"
import { type Columns, type Finding, isLeftToPeople, kindOf, nothingShown, shown } from "./finding.ts"
import { outsideOf, standingOf } from "./outside.ts"

interface OrderSeen {
  readonly plant: PlantId
  readonly orderId: OrderId
  /** Its whole stream. */
  readonly events: ReadonlyArray<RecordedEvent>
  /** What the ERP holds of it; absent where it can't be asked. */
  readonly held?: ReadonlyArray<HeldDocument> | undefined
  readonly inItsWords: ErpCapabilities["inItsWords"]
}

export interface OrderCompared {
  readonly findings: ReadonlyArray<Finding>
  /** What the ERP has in stock by these documents beyond what the journal holds. */
  readonly stockBeyond: Cells
}

const followed = ({ events, orderId, plant }: Pick<OrderSeen, "events" | "orderId" | "plant">) => {
  const changes = new OrderChanges({ plant, order_id: orderId })
  const postings = new Map<string, Posting>()
  const acknowledged = new Map<string, DocumentContent>()
  const membersOf = (key: string) => [...postings.values()].filter(({ group }) => group === key)
  for (const event of events) {
    changes.take(event)
    if (event.type === "DocumentAcknowledged") acknowledged.set(event.data.document, event.data.content)
    for (const posting of evolve((key) => postings.get(key), event, membersOf)) {
      postings.set(posting.key, posting)
      // What was taken back or posted again isn't there any more as a person took it.
      const { document, repeated, reversed } = posting
      if (document !== null && (reversed || repeated !== null)) acknowledged.delete(document)
    }
  }
  return { changes, postings, acknowledged }
}

/** What the ERP has in stock beyond the journal by documents that people took as they are: those of others, and changed ones. */
export const acknowledgedStock = (seen: Pick<OrderSeen, "events" | "orderId" | "plant">): Cells => {
  const { acknowledged, postings } = followed(seen)
  const own = new Map(standingOf(postings).map((posting) => [posting.document, posting]))
  return plus(
    ...Array.from(acknowledged, ([document, content]) => {
      const ours = own.get(document)
      const there = stockCells(said(content, ours?.kind), seen.plant)
      return ours === undefined ? there : minus(there, stockCells({ ...ours.content, kind: ours.kind }, seen.plant))
    })
  )
}

const flows = {
  consumed: "consumed",
  returned: "returned",
  produced: "produced",
  co_produced: "coProduced",
  by_produced: "byProduced"
} as const

/** A nonconformance is a word to quality: the ERP isn't told of it. */
const reportCells = ({ amounts, counts, materials, operation_id, type }: Report) => {
  if (!counts || type === "NonconformanceRaised") return []
  if (materials !== null) {
    return materials.map(
      ({ column, item, quantity }) => [materialCell(flows[column], item, quantity.unit), quantity.value] as const
    )
  }
  return amountNames.flatMap(([amount, field]) => {
    const quantity = amounts[field]
    return quantity === undefined ? [] : [[amountCell(operation_id, amount, quantity.unit), quantity.value] as const]
  })
}

const documentOf = ({ content, key, kind, posting_date: postingDate }: Posting, plant: PlantId): Document => ({
  key,
  kind,
  plant,
  ...content,
  postingDate
})

/** Directives that wait: what they will change is no quantity yet. */
const waitingDirectives = (
  { events, orderId, plant }: OrderSeen,
  waiting: OrderChanges["order"]["waiting"]
): ReadonlyArray<Finding> =>
  events.flatMap(({ metadata, recordedAt, type }): ReadonlyArray<Finding> => {
    const waits = type === "MessageDeferred" && Object.hasOwn(waiting, messageKey(metadata))
    const about = { kind: "waitingDirective", about: metadata.messageId, since: recordedAt, items: [] } as const
    return waits ? [{ stream: orderStream(plant, orderId), ...about, ...nothingShown }] : []
  })

/** All lines of a report, those that the ERP books itself, too. */
const moved = (event: RecordedEvent): ReadonlyArray<Movement> => {
  switch (event.type) {
    case "MaterialConsumed": {
      const { posting: _, ...data } = event.data
      return movementsOf({ ...event, data })
    }
    case "MaterialReturned": {
      const { posting: _, ...data } = event.data
      return movementsOf({ ...event, data })
    }
    default:
      return movementsOf(event)
  }
}

const effectOf = (all: ReadonlyArray<Posting>): Cells =>
  plus(...all.map(({ content, kind }) => orderCells({ ...content, kind })))

/** What was reported, and what the journal knows of it: the documents that aren't in the ERP, each or as a group, and those that are. */
const known = (seen: OrderSeen) => {
  const { inItsWords, plant } = seen
  const { acknowledged, changes, postings } = followed(seen)
  const counting = new Set(changes.fresh.filter(({ counts }) => counts).map(({ version }) => version))
  const outside = outsideOf(postings, (version) => counting.has(version))
  const standing = standingOf(postings).map((posting) => {
    const words = inItsWords(documentOf(posting, plant))
    const taken = posting.document === null ? undefined : acknowledged.get(posting.document)
    const full = orderCells({ ...posting.content, kind: posting.kind })
    return { posting, full, now: taken === undefined ? words : said(taken, posting.kind), words }
  })
  const ours = new Set(standing.flatMap(({ posting }) => posting.document ?? []))
  return {
    ...{ changes, postings, outside, standing },
    causes: Map.groupBy(outside, ({ group, key }) => group ?? key),
    acknowledged: new Map([...acknowledged].filter(([document]) => !ours.has(document))),
    reported: sum(changes.fresh.flatMap(reportCells)),
    reportedStock: plus(
      ...seen.events
        .filter(({ version }) => counting.has(version))
        .map((event) => stockCells({ kind: "goodsMovement", movements: moved(event) }, plant))
    )
  }
}

/** What the journal holds as being in the ERP, in the ERP's words; with what people took as the ERP has it. */
const journalOf = ({ acknowledged, outside, reported, standing }: ReturnType<typeof known>): Cells => {
  const wordless = standing.map(({ full, words }) => minus(full, orderCells(words)))
  const changed = standing.map(({ now, words }) => minus(orderCells(now), orderCells(words)))
  const ofOthers = Array.from(acknowledged.values(), (content) => orderCells(said(content)))
  return plus(minus(reported, effectOf(outside), ...wordless), ...changed, ...ofOthers)
}

const differs = (cells: Cells, within: Cells): boolean => [...cells.keys()].some((cell) => within.has(cell))

/** With all that is apart in a cell of one of these, and so on: to mend the one without the other might book it twice. */
const withWhatTouches = <One extends { readonly more: Cells }>(
  some: ReadonlyArray<One>,
  all: ReadonlyArray<One>
): ReadonlyArray<One> => {
  const cells = plus(...some.map(({ more }) => new Map(Array.from(more, ([cell]) => [cell, one] as const))))
  const more = all.filter((candidate) => some.includes(candidate) || differs(candidate.more, cells))
  return more.length === some.length ? more : withWhatTouches(more, all)
}

export const compareOrder = (seen: OrderSeen): OrderCompared => {
  const { held, orderId, plant } = seen
  const stream = orderStream(plant, orderId)
  const of = known(seen)
  const { causes, changes, outside, postings, reported, standing } = of
  const byHand = effectOf(outside.filter(isLeftToPeople))
  /** Reported, and not ours to post: the ERP told of it, or books it itself. */
  const told = minus(reported, effectOf(outside), ...standing.map(({ full }) => full))
  const toldStock = minus(
    of.reportedStock,
    ...outside.map(({ content, kind }) => stockCells({ ...content, kind }, plant)),
    ...standing.map(({ posting }) => stockCells({ ...posting.content, kind: posting.kind }, plant))
  )
  const books = { plant, standing, outside, acknowledged: of.acknowledged, told, toldStock, byHand }
  const { apart, notByHand, stockOnItsWay } =
    held === undefined ? { apart: [], notByHand: byHand, stockOnItsWay: none } : apartOf(held, books)

  const columns: Columns = {
    ...{ reported, journal: journalOf(of) },
    erp: held === undefined ? undefined : plus(...held.map(({ content, kind }) => orderCells(said(content, kind))))
  }
  const missing = effectOf(outside)
  const ofCauses = [...causes].flatMap(([key, all]): ReadonlyArray<Finding> => {
    const cells = effectOf(all)
    const posting = postings.get(key)
    const kind = posting === undefined ? undefined : kindOf[posting.state]
    if (posting === undefined || kind === undefined) return []
    if (!differs(cells, isLeftToPeople(posting) ? notByHand : missing)) return []
    return [
      {
        ...{ stream, kind, about: key, posting: posting.key, ...shown(columns, cells.keys()) },
        since: Math.min(...all.map(({ requested_at }) => requested_at)),
        items: all.flatMap((member) => itemsMoved({ ...member.content, kind: member.kind }))
      }
    ]
  })
  const beyond = plus(...apart.map(({ more }) => more))
  // Whose sums are equal is no difference of the order; if it is one of lots, these tell it.
  const unequal = withWhatTouches(
    apart.filter(({ more }) => differs(more, beyond)),
    apart
  )
  const ofBooks = unequal.map(
    ({ more, stock: _, ...one }): Finding => ({
      ...{ stream, ...one, beyond: Object.fromEntries([...more].sort()) },
      ...shown(columns, more.keys())
    })
  )
  return {
    findings: [...waitingDirectives(seen, changes.order.waiting), ...ofCauses, ...ofBooks],
    stockBeyond: plus(stockOnItsWay, ...unequal.map(({ stock }) => stock))
  }
}
