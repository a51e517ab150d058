// What an ERP's books and the journal don't say alike of an order: documents of ours that are gone or changed there, those of
// others, and what the ERP told and doesn't hold. Pure; used by `order.ts` alone.
import * as Decimal from "../../core/plant/decimal.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import type { Document, DocumentContent, HeldDocument } from "../../core/port/erp.ts"
import type { Posting } from "../../projections/postings/posting.ts"
import type { Said } from "../erp/document-sums.ts"
import { type Cells, type ItemQuantity, itemsMoved, minus, none, of, orderCells, plus, stockCells } from "./cells.ts"
import type { Finding, HeldAs } from "./finding.ts"

/** A document as the ERP has it, or as a person took it. */
export const said = (content: DocumentContent, kind: Document["kind"] = "goodsMovement"): Said => ({ ...content, kind })

/** What the journal holds as being in the ERP. */
interface Books {
  readonly plant: PlantId
  /** Documents of ours, each as it should be there. */
  readonly standing: ReadonlyArray<{ readonly posting: Posting; readonly now: Said }>
  /** Of ours that aren't there by what the journal knows, and may be by now. */
  readonly outside: ReadonlyArray<Posting>
  /** Those of others that a person took as they are, by the ERP's number. */
  readonly acknowledged: ReadonlyMap<string, DocumentContent>
  /** What the ERP told of, or books by itself, without a document of ours. */
  readonly told: Cells
  /** The same as it moved lots. */
  readonly toldStock: Cells
  /** What is left to people. */
  readonly byHand: Cells
}

/** `more` is what the ERP has beyond the journal by it. */
interface Apart {
  readonly kind: Finding["kind"]
  readonly about: string
  readonly more: Cells
  readonly stock: Cells
  readonly items: ReadonlyArray<ItemQuantity>
  readonly posting?: Posting["key"]
  readonly held?: HeldAs
  readonly since?: number
}

/** Two documents that say no quantity otherwise are the same. */
const beyond = (there: Said, here: Said, plant: PlantId) => {
  const more = minus(orderCells(there), orderCells(here))
  const stock = minus(stockCells(there, plant), stockCells(here, plant))
  return more.size === 0 && stock.size === 0 ? undefined : { more, stock }
}

const heldAs = ({ content, document, kind }: HeldDocument): HeldAs => ({ document, kind, content })

/** As the ERP has what is gone. */
const asNothing = ({ document, kind }: Posting): { readonly held?: HeldAs } =>
  document === null ? {} : { held: { document, kind, content: {} } }

/** A document of ours that the journal holds as being there. */
const ours = (
  found: HeldDocument | undefined,
  { now, posting }: Books["standing"][number],
  plant: PlantId
): ReadonlyArray<Apart> => {
  const there = found === undefined ? { kind: posting.kind } : said(found.content, found.kind)
  const apart = beyond(there, now, plant)
  if (apart === undefined) return []
  const about = { about: posting.key, posting: posting.key, ...apart }
  return found === undefined
    ? [{ kind: "gone", ...about, items: itemsMoved(now), ...asNothing(posting) }]
    : [{ kind: "changed", ...about, items: itemsMoved(there), held: heldAs(found) }]
}

const dayStart = (day: string | undefined): { readonly since?: number } => {
  const since = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(since) ? {} : { since }
}

/** Whether all of it fits into what is left. */
const fits = (cells: Cells, left: Cells): boolean =>
  [...cells].every(([cell, value]) => {
    const there = of(left, cell)
    return Decimal.compare(value, Decimal.zero) > 0
      ? Decimal.compare(value, there) <= 0
      : Decimal.compare(value, there) >= 0
  })

/** What documents of before a take-over moved, lots were taken over with: it is no more than was told. */
const within = (left: Cells, told: Cells): Cells =>
  new Map([...left].filter(([cell, value]) => value.startsWith("-") === of(told, cell).startsWith("-")))

/**
 * Documents of others: those that a person took as they are; those that the ERP told of by messages, or that were left to
 * people, as far as they say no more than these; the rest nobody here knows.
 */
const ofOthers = (held: ReadonlyArray<HeldDocument>, books: Books) => {
  const { acknowledged, byHand, plant, told, toldStock } = books
  let left = told
  let leftStock = toldStock
  let notByHand = byHand
  let stockByHand = none
  const apart = held.flatMap((document): ReadonlyArray<Apart> => {
    const there = said(document.content, document.kind)
    const known = acknowledged.get(document.document)
    const more = beyond(there, known === undefined ? { kind: document.kind } : said(known), plant)
    if (more === undefined) return []
    if (known === undefined && fits(more.more, left)) {
      left = minus(left, more.more)
      leftStock = minus(leftStock, more.stock)
      return []
    }
    if (known === undefined && fits(more.more, notByHand)) {
      notByHand = minus(notByHand, more.more)
      stockByHand = plus(stockByHand, more.stock)
      return []
    }
    const kind = known === undefined ? "postedByOthers" : "changed"
    const about = { about: document.document, held: heldAs(document), items: itemsMoved(there) }
    return [{ kind, ...about, ...more, ...dayStart(document.postingDate) }]
  })
  const gone = { more: minus(none, left), stock: minus(none, within(leftStock, toldStock)) }
  const missing: ReadonlyArray<Apart> = left.size === 0 ? [] : [{ kind: "notInErp", about: "told", ...gone, items: [] }]
  return { apart: [...apart, ...missing], notByHand, stockByHand }
}

/** What people took as it was, and isn't there any more. */
const takenAndGone = (held: ReadonlyArray<HeldDocument>, { acknowledged, plant }: Books): ReadonlyArray<Apart> => {
  const there = new Set(held.map(({ document }) => document))
  return [...acknowledged].flatMap(([document, content]): ReadonlyArray<Apart> => {
    const known = said(content)
    const apart = there.has(document) ? undefined : beyond({ kind: "goodsMovement" }, known, plant)
    return apart === undefined
      ? []
      : [{ kind: "changed", about: document, ...apart, items: itemsMoved(known), held: { document, content: {} } }]
  })
}

/**
 * With what of that which is left to people isn't there, and what the ERP's stock has by what they posted and by documents on
 * their way, of which the journal will hear.
 */
export const apartOf = (held: ReadonlyArray<HeldDocument>, books: Books) => {
  const { outside, plant, standing } = books
  const byKey = new Map<string, HeldDocument>()
  for (const document of held) if (document.key !== undefined) byKey.set(document.key, document)
  // What people posted has no key there: it is known by its number since it was adopted.
  for (const { posting } of standing) {
    const theirs = posting.adopted ? held.find(({ document }) => document === posting.document) : undefined
    if (theirs !== undefined) byKey.set(posting.key, theirs)
  }
  const adopted = new Set(standing.flatMap(({ posting }) => (posting.adopted ? (posting.document ?? []) : [])))
  const beingTakenBack = new Set(outside.map(({ reverses }) => reverses))
  const coming = new Set(outside.flatMap(({ group, key }) => (group === null ? [key] : [key, group])))
  const known = new Set(standing.map(({ posting }) => posting.key))
  const isGoing = ({ posting: { key } }: Books["standing"][number]) => !byKey.has(key) && beingTakenBack.has(key)
  const isComing = ({ key }: HeldDocument) => key !== undefined && coming.has(key)
  const isOfOthers = (document: HeldDocument) =>
    !isComing(document) && !adopted.has(document.document) && (document.key === undefined || !known.has(document.key))
  const others = ofOthers(held.filter(isOfOthers), books)
  return {
    notByHand: others.notByHand,
    apart: [
      ...standing.filter((one) => !isGoing(one)).flatMap((one) => ours(byKey.get(one.posting.key), one, plant)),
      ...others.apart,
      ...takenAndGone(held, books)
    ],
    stockOnItsWay: minus(
      plus(
        others.stockByHand,
        ...held.filter(isComing).map(({ content, kind }) => stockCells(said(content, kind), plant))
      ),
      ...standing.filter(isGoing).map(({ now }) => stockCells(now, plant))
    )
  }
}
