// What the documents of a group come to: sums, what was taken back subtracted. Pure; used by `groups.ts`, and where a plant is taken over.
import type { Amounts } from "../../core/message/order.ts"
import { add, compare, type Decimal, negate, zero } from "../../core/plant/decimal.ts"
import type { OperationId } from "../../core/plant/identifiers.ts"
import type { Quantity, Unit } from "../../core/plant/quantity.ts"
import type { DocumentContent, Movement, OperationTotal, PostingKind } from "../../core/port/erp.ts"

interface Member {
  readonly kind: PostingKind
  readonly content: DocumentContent
}

export const totals = (
  members: ReadonlyArray<Member>
): { readonly movements?: ReadonlyArray<Movement>; readonly operations?: ReadonlyArray<OperationTotal> } => {
  const movements = movementTotals(members)
  const operations = operationTotals(members)
  return {
    ...(movements.length === 0 ? {} : { movements }),
    ...(operations.length === 0 ? {} : { operations })
  }
}

const signed = ({ kind }: Member, value: Decimal): Decimal => (kind === "reversal" ? negate(value) : value)

/** A line each for what differs in anything but its quantity; the other way round where more was taken back. */
const movementTotals = (members: ReadonlyArray<Member>): ReadonlyArray<Movement> => {
  const lines = new Map<string, { readonly line: Movement; readonly intoStock: Decimal }>()
  for (const member of members) {
    for (const line of member.content.movements ?? []) {
      const { itemId, lotId, quantity, scope, storageLocation, type } = line
      const key = JSON.stringify([type, itemId, scope, lotId, storageLocation, quantity.unit])
      const value = signed(member, line.direction === "in" ? quantity.value : negate(quantity.value))
      const before = lines.get(key)
      lines.set(key, { line: before?.line ?? line, intoStock: add(before?.intoStock ?? zero, value) })
    }
  }
  return [...lines.values()].flatMap(({ intoStock, line }): ReadonlyArray<Movement> => {
    const sign = compare(intoStock, zero)
    if (sign === 0) return []
    const quantity = { ...line.quantity, value: sign > 0 ? intoStock : negate(intoStock) }
    return [{ ...line, direction: sign > 0 ? "in" : "out", quantity }]
  })
}

const names = ["yield", "scrap", "rework", "nonconforming", "laborTime", "machineTime"] as const

interface Sums {
  /** Name of the amount → unit → sum. */
  readonly amounts: Map<(typeof names)[number], Map<Unit, Decimal>>
  /** Why → how much of it. */
  readonly scrapReasons: Map<string, Decimal>
  /** Final confirmations, less those that were taken back. */
  finals: number
}

const operationTotals = (members: ReadonlyArray<Member>): ReadonlyArray<OperationTotal> => {
  const operations = new Map<OperationId, Sums>()
  for (const member of members) {
    const { amounts, final, operationId } = member.content
    if (operationId === undefined || amounts === undefined) continue
    const sums = operations.get(operationId) ?? { amounts: new Map(), scrapReasons: new Map(), finals: 0 }
    operations.set(operationId, sums)
    if (final === true) sums.finals += member.kind === "reversal" ? -1 : 1
    const { scrap, scrapReason } = amounts
    if (scrapReason !== undefined && scrap !== undefined) {
      const before = sums.scrapReasons.get(scrapReason) ?? zero
      sums.scrapReasons.set(scrapReason, add(before, signed(member, scrap.value)))
    }
    for (const name of names) {
      const amount = amounts[name]
      if (amount === undefined) continue
      const byUnit = sums.amounts.get(name) ?? new Map<Unit, Decimal>()
      sums.amounts.set(name, byUnit)
      byUnit.set(amount.unit, add(byUnit.get(amount.unit) ?? zero, signed(member, amount.value)))
    }
  }
  return [...operations].flatMap(([operationId, sums]) => [
    ...rowsOf(operationId, sums, 1),
    ...rowsOf(operationId, sums, -1)
  ])
}

/** One row, but for amounts in several units: what was added, or what was taken back beyond that. */
const rowsOf = (operationId: OperationId, { amounts, finals, scrapReasons }: Sums, sign: 1 | -1) => {
  const rows: Array<{ [name: string]: Quantity }> = []
  for (const [name, byUnit] of amounts) {
    let row = 0
    for (const [unit, sum] of byUnit) {
      if (Math.sign(compare(sum, zero)) !== sign) continue
      const value = sign > 0 ? sum : negate(sum)
      rows[row] = { ...rows[row], [name]: { value, unit } }
      row += 1
    }
  }
  const isFinal = finals * sign > 0
  if (rows.length === 0 && isFinal) rows.push({})
  return rows.map((row, index): OperationTotal => {
    const reasons = [...scrapReasons].flatMap(([reason, sum]) => (compare(sum, zero) === 0 ? [] : [reason])).sort()
    const content: Amounts = {
      ...row,
      ...("scrap" in row && reasons.length > 0 ? { scrapReason: reasons.join("; ") } : {})
    }
    return {
      operationId,
      amounts: content,
      final: isFinal && index === 0,
      ...(sign > 0 ? {} : { takenBack: true as const })
    }
  })
}
