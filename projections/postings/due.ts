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

/** What takes it back is withheld, so the order wouldn't let it go into a group. */
const isTakenBack = `posting.key in (
  select taking.reverses from postings.posting as taking where taking.state = 'Withheld' and taking.reverses is not null)`

/** Of an order's stream: nothing more is expected of it, and nothing of it is withheld. */
const isComplete = `
  exists (select from postings.completed_order where completed_order.stream = lane.stream)
  and not exists (select from postings.posting as other where other.stream = lane.stream and other.state = 'Withheld')`

const condition = (orders: OrderPostings): string => {
  if (orders === "each") return "false"
  if (orders === "together") return isComplete
  return `lane.oldest <= extract(epoch from now()) * 1000 - ${orders.windowMillis} or (${isComplete})`
}

/**
 * Orders of which something is alone, and neither a group nor a single document is on its way or with a person: a group may
 * take back what that says. They are complete, or one of these has waited long enough where there is a window, by the
 * database's clock. None where each document goes alone. One pass through what is open, whatever Postgres knows of it.
 */
export const dueOrders = (sql: SqlClient.SqlClient, orders: OrderPostings): Fragment => sql`
  select lane.stream from (
    select posting.stream, bool_and(${sql.literal(isAlone("posting"))}) as undisturbed,
      min(posting.requested_at) filter (where not ${sql.literal(isTakenBack)}) as oldest
    from postings.posting
    where ${sql.literal(isOpen("posting"))} and ${sql.literal(isOfOrder("posting"))}
    group by posting.stream
  ) as lane
  where lane.undisturbed and lane.oldest is not null and (${sql.literal(condition(orders))})`

/** Of an order, an ERP that takes all in one is sent nothing but groups, and what it has given a number by itself. */
export const mayGo = (posting: string, orders: OrderPostings): string =>
  orders === "each"
    ? "true"
    : `(${posting}.kind = 'group' or ${posting}.document is not null or not ${isOfOrder(posting)})`
