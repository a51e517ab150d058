// Questions to the view `ledger`, for any number of lots in one statement. Used by recalls and by tests.
//
// Answers are taken as they come: a recall reads 100,000 lines of them, and a schema would take longer to look at them than
// Postgres to find them. Everything in them was decoded when its event was, and numbers are texts in canonical form.
import { Brand, Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { StreamName } from "../../core/journal/stream.ts"
import { type Decimal, fromText, zero } from "../../core/plant/decimal.ts"
import type { LotId, PartnerId } from "../../core/plant/identifiers.ts"
import type { Disposition } from "../../core/plant/lot.ts"
import type { Unit } from "../../core/plant/quantity.ts"
import type { Cut } from "../cut.ts"
import { byText } from "../sorted.ts"
import { balanceOf, type LotBalance } from "./balance.ts"
import { bookedStatement, type Word, wordsStatement } from "./statement.ts"

/** A delivery of a lot to a customer. */
export interface Shipment {
  readonly customer: PartnerId
  readonly document: string
  readonly quantity: Decimal
  readonly unit: Unit
  /** Milliseconds since 1970. */
  readonly occurredAt: number
}

/** A receipt of a lot from a supplier. */
export interface Receipt {
  readonly partner: PartnerId
  /** The lot's number there. */
  readonly partnerLot: LotId | null
  readonly certificate: string | null
  readonly quantity: Decimal
  readonly unit: Unit
  /** Milliseconds since 1970. */
  readonly occurredAt: number
}

/** The word that holds. */
export interface HoldingWord {
  readonly disposition: Disposition
  readonly reason: string
  /** Milliseconds since 1970. */
  readonly since: number
}

/** What the ledger says of lots, by lot; of a lot of which it says nothing there is nothing. */
export interface Booked {
  /** One a unit, of those lots of which anything ever moved. */
  readonly balances: ReadonlyMap<StreamName, ReadonlyArray<LotBalance>>
  readonly dispositions: ReadonlyMap<StreamName, HoldingWord>
  /** By time. */
  readonly shipments: ReadonlyMap<StreamName, ReadonlyArray<Shipment>>
  /** Those that name a supplier, by time. */
  readonly receipts: ReadonlyMap<StreamName, ReadonlyArray<Receipt>>
}

/** By lot, in order. */
const byLot = <Row extends readonly [place: number, ...ReadonlyArray<unknown>], Said>(
  lots: ReadonlyArray<StreamName>,
  rows: ReadonlyArray<Row> | null,
  said: (row: Row) => Said
): Map<StreamName, Array<Said>> => {
  const found = new Map<StreamName, Array<Said>>()
  for (const row of rows ?? []) {
    const lot = lots[row[0] - 1]
    if (lot === undefined) continue
    const known = found.get(lot)
    if (known === undefined) found.set(lot, [said(row)])
    else known.push(said(row))
  }
  return found
}

const balancesIn = (lots: ReadonlyArray<StreamName>, lines: string | null) => {
  const balances = new Map<StreamName, ReadonlyArray<LotBalance>>()
  const read = new Map<string, LotBalance | undefined>()
  for (const line of lines?.split("\n") ?? []) {
    const end = line.indexOf(" ")
    const lot = lots[Number(line.slice(0, end)) - 1]
    const text = line.slice(end + 1)
    // Lots of one size often went the same way.
    if (!read.has(text)) read.set(text, balanceIn(text))
    const balance = read.get(text)
    if (lot === undefined || balance === undefined) continue
    const others = balances.get(lot)
    balances.set(lot, others === undefined ? [balance] : byText([...others, balance], ({ unit }) => unit))
  }
  return balances
}

/** As the view holds it, so that there is nothing to check in it. */
const unitIn = Brand.nominal<Unit>()

/** The unit, then names and values by turns, as the statement above writes them; none where all of it was taken back. */
const balanceIn = (text: string): LotBalance | undefined => {
  const [unit = "", ...words] = text.split(" ")
  const sums: { [name: string]: Decimal } = {}
  for (let at = 0; at + 1 < words.length; at += 2) sums[words[at] ?? ""] = fromText(words[at + 1] ?? "")
  return Object.values(sums).every((sum) => sum === zero) ? undefined : balanceOf(unitIn(unit), sums)
}

const dispositionsIn = (lots: ReadonlyArray<StreamName>, rows: ReadonlyArray<Word> | null) =>
  new Map(
    (rows ?? []).flatMap(([place, disposition, reason, since]): ReadonlyArray<[StreamName, HoldingWord]> => {
      const lot = lots[place - 1]
      return lot === undefined ? [] : [[lot, { disposition, reason, since }]]
    })
  )

export const bookedOf = Effect.fnUntraced(function* (lots: ReadonlyArray<StreamName>, cut: Cut) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* bookedStatement(sql, lots, cut)
  const { balances = null, receipts = null, shipments = null, words = null } = row ?? {}
  return {
    balances: balancesIn(lots, balances),
    dispositions: dispositionsIn(lots, words),
    shipments: byLot(
      lots,
      shipments,
      ([_, customer, document, quantity, unit, occurredAt]): Shipment => ({
        ...{ customer, document, quantity, unit, occurredAt }
      })
    ),
    receipts: byLot(
      lots,
      receipts,
      ([_, partner, partnerLot, certificate, quantity, unit, occurredAt]): Receipt => ({
        ...{ partner, partnerLot, certificate, quantity, unit, occurredAt }
      })
    )
  } satisfies Booked
})

/** The words alone. */
export const dispositionsOf = Effect.fnUntraced(function* (lots: ReadonlyArray<StreamName>, cut: Cut) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* wordsStatement(sql, lots, cut)
  return dispositionsIn(lots, row?.words ?? null)
})
