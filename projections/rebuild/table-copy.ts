// The port by which a rebuild writes many rows at once. Postgres has it as `copy`, which Effect's client hasn't.
import { Context, type Effect } from "effect"
import type { TechnicalFailure } from "../../core/failure.ts"
import type { CopiedRows } from "../copied-rows.ts"

export class TableCopy extends Context.Service<
  TableCopy,
  {
    /** Writes all of these rows into tables of a schema, or none. */
    readonly copy: (schema: string, tables: ReadonlyArray<CopiedRows>) => Effect.Effect<void, TechnicalFailure>
  }
>()("traveler/projections/TableCopy") {}
