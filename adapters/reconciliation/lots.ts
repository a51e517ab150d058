// The three columns of the lots of plants: what is on hand by what was reported, by what the journal holds as being in the ERP,
// and in the ERP's own stock. Pure; used by `run.ts` and tests.
import { category, lotOf, lotStream, StreamName } from "../../core/journal/stream.ts"
import { type Decimal, negate } from "../../core/plant/decimal.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { type LotKey, plantOfScope, plantScope } from "../../core/plant/lot.ts"
import type { HeldStock } from "../../core/port/erp.ts"
import type { BalanceOfLot } from "../../projections/lots/queries.ts"
import type { PostingRow } from "../../projections/postings/queries.ts"
import {
  type Cells,
  type ItemQuantity,
  itemsMoved,
  minus,
  none,
  of,
  plus,
  stockCell,
  stockCells,
  sum
} from "./cells.ts"
import { type Columns, type Finding, isLeftToPeople, kindOf, shown } from "./finding.ts"

export interface LotsSeen {
  /** All that the ERP serves: a lot whose number is unique beyond a plant may be at several. */
  readonly plants: ReadonlyArray<PlantId>
  /** What is on hand by the lots' own histories. */
  readonly balances: ReadonlyArray<BalanceOfLot>
  /** Documents that move lots and aren't in the ERP, of orders and of lots. */
  readonly outside: ReadonlyArray<PostingRow>
  /** What the ERP has beyond that by documents which people took as they are. */
  readonly acknowledged: Cells
  /** Absent where the ERP can't be asked. */
  readonly held?: ReadonlyMap<PlantId, ReadonlyArray<HeldStock>> | undefined
  /** What the ERP has beyond the journal by documents of orders, which these tell of. */
  readonly told: Cells
}

export interface LotsCompared {
  readonly lots: number
  /** Of which the columns say the same. */
  readonly equal: number
  readonly findings: ReadonlyArray<Finding>
}

const lotOfCell = (cell: string): StreamName => StreamName(cell.slice(0, cell.lastIndexOf("\n")))
const unitOfCell = (cell: string): string => cell.slice(cell.lastIndexOf("\n") + 1)

/** An ERP that doesn't say where a number is unique means the lot that is known by it; the plant's own where several are. */
const heldCells = (held: ReadonlyArray<HeldStock>, known: ReadonlyArray<LotKey>, plant: PlantId): Cells => {
  const scopes = Map.groupBy(known, ({ itemId, lotId }) => `${itemId}\n${lotId}`)
  return sum(
    held.flatMap(({ itemId, lotId, quantity, scope: says }) => {
      if (lotId === undefined) return []
      const all = new Set((scopes.get(`${itemId}\n${lotId}`) ?? []).map(({ scope }) => scope))
      const [only] = all.size === 1 ? all : []
      const scope = says ?? only ?? plantScope(plant)
      return [[stockCell(lotStream({ scope, itemId, lotId }), quantity.unit), quantity.value] as const]
    })
  )
}

const itemOf = (cell: string, value: Decimal): ItemQuantity => ({
  itemId: lotOf(lotOfCell(cell)).itemId,
  unit: unitOfCell(cell),
  value: value.startsWith("-") ? negate(value) : value
})

const contentOf = ({ content, kind }: PostingRow) => ({ ...content, kind })

/** It may be there already: its outcome is to come. */
const mayBeThere = ({ state }: PostingRow): boolean => state === "InDoubt" || state === "Accepted"

/** Where it is told: at its own plant; of no plant's scope at the first that has or moves it. */
const homes = ({ held = new Map(), outside, plants }: LotsSeen, cellsAt: ReadonlyMap<PlantId, Cells>) => {
  const first = new Map<StreamName, PlantId>()
  const note = (cells: Cells, plant: PlantId) => {
    for (const cell of cells.keys()) first.set(lotOfCell(cell), first.get(lotOfCell(cell)) ?? plant)
  }
  for (const plant of held.keys()) note(cellsAt.get(plant) ?? none, plant)
  for (const row of outside) note(stockCells(contentOf(row), row.plant), row.plant)
  return (lot: StreamName): PlantId | undefined => plantOfScope(lotOf(lot).scope) ?? first.get(lot) ?? plants[0]
}

export const compareLots = (seen: LotsSeen): ReadonlyMap<PlantId, LotsCompared> => {
  const { acknowledged, balances, held, outside, plants, told } = seen
  const cellsAt = new Map(Array.from(held ?? [], ([plant, lines]) => [plant, heldCells(lines, balances, plant)]))
  const reported = sum(balances.map(({ onHand, unit, ...lot }) => [stockCell(lotStream(lot), unit), onHand] as const))
  const missing = plus(...outside.map((row) => stockCells(contentOf(row), row.plant)))
  const journal = plus(minus(reported, missing), acknowledged)
  const erp = held === undefined ? undefined : plus(...cellsAt.values())
  const columns: Columns = { reported, journal, erp }
  const open = plus(...outside.filter(mayBeThere).map((row) => stockCells(contentOf(row), row.plant)))
  const left = plus(...outside.filter(isLeftToPeople).map((row) => stockCells(contentOf(row), row.plant)))
  /** What was left to people, they have posted. */
  const isAsReported = (cell: string) => erp !== undefined && of(erp, cell) === of(reported, cell)
  const findings: Array<Finding> = []
  for (const row of outside) {
    const kind = kindOf[row.state]
    const own = [...stockCells(contentOf(row), row.plant).keys()].filter((cell) => lotOfCell(cell) === row.stream)
    if (category(row.stream) !== "lot" || kind === undefined || !own.some((cell) => missing.has(cell))) continue
    if (isLeftToPeople(row) && own.every(isAsReported)) continue
    findings.push({
      ...{ stream: row.stream, kind, about: row.key, posting: row.key, since: row.requestedAt },
      ...shown(columns, own, unitOfCell),
      items: itemsMoved(contentOf(row))
    })
  }
  for (const [cell, value] of erp === undefined ? none : minus(erp, journal, told)) {
    if (open.has(cell) || (left.has(cell) && isAsReported(cell))) continue
    findings.push({
      ...{ stream: lotOfCell(cell), kind: "stock", about: unitOfCell(cell), ...shown(columns, [cell], unitOfCell) },
      ...{ items: [itemOf(cell, value)], beyond: { [unitOfCell(cell)]: value } }
    })
  }
  const cells = [...new Set([...reported.keys(), ...journal.keys(), ...(erp ?? none).keys()])]
  const unequal = cells.filter(
    (cell) => missing.has(cell) || (erp !== undefined && of(erp, cell) !== of(journal, cell))
  )
  const homeOf = homes(seen, cellsAt)
  const at = (plant: PlantId, all: ReadonlyArray<string>) =>
    new Set(all.map(lotOfCell).filter((lot) => homeOf(lot) === plant)).size
  return new Map(
    plants.map((plant) => [
      plant,
      {
        lots: at(plant, cells),
        equal: at(plant, cells) - at(plant, unequal),
        findings: findings.filter(({ stream }) => homeOf(stream) === plant)
      }
    ])
  )
}
