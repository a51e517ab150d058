// Orders whose documents are due to be posted as one, where an ERP takes them so. Fragments of queries, used by the poster's
// (adapters/erp/poster-view.ts) and `queries.ts`.
import type { SqlClient } from "effect/sql"
import type { Fragment } from "effect/sql/Statement"
import { isOpen } from "./tables.ts"

export const isOfOrder = (posting: string): string => `${posting}.stream like 'order/%'`

/** Requested, and neither a group nor part of one. */
export const isAlone = (posting: string): string =>
  `${posting}.state = 'Requested' and ${posting}."group" is null and ${posting}.kind <> 'group'`

/** Nothing more is expected of the order, nothing of it is withheld, and no group of it is on its way. */
export const dueOrders = (sql: SqlClient.SqlClient): Fragment => sql`
  select distinct posting.stream from postings.posting join postings.completed_order using (stream)
  where ${sql.literal(isOpen("posting"))} and ${sql.literal(isAlone("posting"))} and ${sql.literal(isOfOrder("posting"))}
    and not exists (
      select from postings.posting as other where other.stream = posting.stream and other.state = 'Withheld')
    and not exists (
      select from postings.posting as other
      where other.stream = posting.stream and other.kind = 'group' and ${sql.literal(isOpen("other"))})`
