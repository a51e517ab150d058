// What a later answer to a recall has that an earlier one had not: whom to tell now, and what fell away. Pure; used by the
// command and tests.
import type { Certainty } from "../../core/plant/lot.ts"
import type { AffectedLot, AffectedShipment, Direction, LotName, RecallReport } from "./report.ts"

export interface RecallDifference {
  readonly lot: LotName
  readonly direction: Direction
  readonly asOf: { readonly from?: string; readonly to?: string }
  readonly lots: {
    readonly added: ReadonlyArray<AffectedLot>
    readonly fellAway: ReadonlyArray<AffectedLot>
    /** In both, and surer or less sure by now. */
    readonly changed: ReadonlyArray<{ readonly id: LotName; readonly from: Certainty; readonly to: Certainty }>
  }
  readonly shipments: {
    readonly added: ReadonlyArray<AffectedShipment>
    readonly fellAway: ReadonlyArray<AffectedShipment>
  }
}

/** A shipment is the same one however sure it is that its lot is affected. */
const shipmentKey = ({ customer, document, id, occurredAt, quantity, unit }: AffectedShipment): string =>
  [id, customer, document, occurredAt, quantity, unit].join("\n")

/** Each of the others takes one away: of what is said alike, as two pallets of one delivery are, so many are left. */
const without = <A>(all: ReadonlyArray<A>, others: ReadonlyArray<A>, keyOf: (one: A) => string): ReadonlyArray<A> => {
  const taken = new Map<string, number>()
  for (const other of others) taken.set(keyOf(other), (taken.get(keyOf(other)) ?? 0) + 1)
  return all.filter((one) => {
    const left = taken.get(keyOf(one)) ?? 0
    taken.set(keyOf(one), left - 1)
    return left <= 0
  })
}

export const recallDifference = (before: RecallReport, after: RecallReport): RecallDifference => {
  const idOf = ({ id }: AffectedLot): string => id
  const certainties = new Map(before.lots.map(({ certainty, id }) => [id, certainty]))
  return {
    lot: after.lot,
    direction: after.direction,
    asOf: {
      ...(before.asOf === undefined ? {} : { from: before.asOf }),
      ...(after.asOf === undefined ? {} : { to: after.asOf })
    },
    lots: {
      added: without(after.lots, before.lots, idOf),
      fellAway: without(before.lots, after.lots, idOf),
      changed: after.lots.flatMap(({ certainty: to, id }) => {
        const from = certainties.get(id)
        return from === undefined || from === to ? [] : [{ id, from, to }]
      })
    },
    shipments: {
      added: without(after.shipments, before.shipments, shipmentKey),
      fellAway: without(before.shipments, after.shipments, shipmentKey)
    }
  }
}
