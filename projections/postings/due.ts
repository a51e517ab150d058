// Orders whose documents are due to be posted as one, where an ERP takes them so. Fragments of queries, used by the poster's
// (adapters/erp/poster-view.ts) and `queries.ts`.
import type { SqlClient } from "effect/sql"
import type { Fragment } from "effect/sql/Statement"
import type { OrderPostings } from "../../core/port/erp.ts"
import { isOpen } from "./tables.ts"

export const isOfOrder = (posting: string): string => `${posting}.stream like 'order/%'`

/** Nothing more is expected of an order from then on. */
export const completesOrder = (type: string): boolean =>
  type === "ProductionOrderTechnicallyCompleted" ||
  type === "ProductionOrderClosed" ||
  type === "ProductionOrderCancelled"

/** Requested, neither a group nor part of one, and without a number of the ERP's: it may hold something by itself. */
export const isAlone = (posting: string): string =>
  `${posting}.state = 'Requested' and ${posting}."group" is null and ${posting}.kind <> 'group' and ${posting}.document is null`

/** Nothing more is expected of it, and nothing of it is withheld. */
const isComplete = `
  exists (select from postings.completed_order where completed_order.stream = posting.stream)
  and not exists (select from postings.posting as other where other.stream = posting.stream and other.state = 'Withheld')`

/** It has waited so long (milliseconds), by the clock of the database. */
const hasWaited = (windowMillis: number): string =>
  `posting.requested_at <= extract(epoch from now()) * 1000 - ${windowMillis}`

/**
 * The order is complete, or a document of it has waited long enough where there is a window; and neither a group of it nor
 * a single document is on its way or with a person: a group may take back what that says. None where each goes alone.
 */
export const dueOrders = (sql: SqlClient.SqlClient, orders: OrderPostings): Fragment => sql`
  select distinct posting.stream from postings.posting
  where ${sql.literal(isOpen("posting"))} and ${sql.literal(isAlone("posting"))} and ${sql.literal(isOfOrder("posting"))}
    and (${sql.literal(
      orders === "each"
        ? "false"
        : orders === "together"
          ? isComplete
          : `${hasWaited(orders.windowMillis)} or (${isComplete})`
    )})
    and not exists (
      select from postings.posting as other
      where other.stream = posting.stream and ${sql.literal(isOpen("other"))} and not (${sql.literal(isAlone("other"))}))`
