// What came into a vessel or went out of it, from a row of the ledger. Pure. Used by this folder and `derive.ts`.
import { compare, type Decimal, negate, zero } from "../../../core/plant/decimal.ts"
import type { Unit } from "../../../core/plant/quantity.ts"
import { type FlowKind, flowKinds } from "../../../projections/ledger/flow.ts"
import type { Node } from "../derived.ts"
import type { Times } from "../place.ts"

export interface Flow extends Times {
  readonly kind: FlowKind
  /** Null for material without a number. */
  readonly lot: Node | null
  /** Positive but of an adjustment. */
  readonly quantity: Decimal
  readonly unit: Unit
  readonly counterpart: string | null
}

export interface Movement extends Times {
  readonly into: boolean
  /**
   * What came: the lot, or the order that made material without a number. Where it went: to whoever took it, else to the
   * number that it left under. Absent where nobody said either.
   */
  readonly end?: Node
  /** The number that the books have it under. */
  readonly lot?: Node
  /** Zero or more. */
  readonly quantity: Decimal
  readonly unit: Unit
}

/** Kinds whose counterpart is an order or another lot that took it. */
const taken: ReadonlySet<FlowKind> = new Set(["consumed", "passedOn"])

export const movementOf = ({ at, counterpart, kind, lot, quantity, recordedAt, unit }: Flow): Movement => {
  const isLess = compare(quantity, zero) < 0
  const into = flowKinds[kind] > 0 !== isLess
  const end = into ? (lot ?? counterpart) : taken.has(kind) ? counterpart : lot
  return {
    at,
    recordedAt,
    into,
    ...(end === null ? {} : { end }),
    ...(lot === null ? {} : { lot }),
    quantity: isLess ? negate(quantity) : quantity,
    unit
  }
}
