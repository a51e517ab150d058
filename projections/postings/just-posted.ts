// Documents that were posted a moment ago, of which the view hasn't heard yet: what may go on after them needn't wait for
// it. Fragments of queries, used by the poster's (`queries.ts`, adapters/erp/poster-view.ts).
import type { SqlClient } from "effect/sql"
import type { Fragment } from "effect/sql/Statement"
import type { PostingKey } from "../../core/plant/identifiers.ts"
import { waitsForLots } from "./tables.ts"

/** The common table `posted`, which the other two ask: with the documents of a group where it is one. */
export const posted = (sql: SqlClient.SqlClient, keys: ReadonlyArray<PostingKey>): Fragment => sql`
  posted as materialized (
    select key, partition, "offset" from postings.posting where key = any(${keys}::text[])
    union all
    select key, partition, "offset" from postings.posting where "group" = any(${keys}::text[]))`

export const isPosted = (posting: string): string => `${posting}.key in (select key from posted)`

/** It waits for lots although these were posted. */
export const waitsStill = (posting: string): string =>
  waitsForLots(
    posting,
    `receipt.open and (receipt.partition, receipt."offset") not in (select partition, "offset" from posted)`
  )
