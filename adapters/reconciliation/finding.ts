// Something that the columns don't say alike, before it is told. Pure; used by this folder alone.
import type { StreamName } from "../../core/journal/stream.ts"
import type { DifferenceKind } from "../../core/message/reconciliation.ts"
import type { Decimal } from "../../core/plant/decimal.ts"
import type { PostingKey } from "../../core/plant/identifiers.ts"
import type { DocumentContent, PostingKind } from "../../core/port/erp.ts"
import type { PostingState } from "../../projections/postings/posting.ts"
import { type Cells, type ItemQuantity, none, of } from "./cells.ts"

export interface Columns {
  readonly reported: Cells
  readonly journal: Cells
  /** Absent where the ERP can't be asked. */
  readonly erp?: Cells | undefined
}

export interface Finding {
  readonly stream: StreamName
  readonly kind: DifferenceKind
  /** As in `Difference`. */
  readonly about: string
  /** Of the cells that it is about. */
  readonly reported: { readonly [cell: string]: Decimal }
  readonly journal: { readonly [cell: string]: Decimal }
  readonly erp: { readonly [cell: string]: Decimal }
  /** Milliseconds since 1970, of the oldest event or document behind it; absent where there is none. */
  readonly since?: number | undefined
  readonly items: ReadonlyArray<ItemQuantity>
  /** The document that it is about: ours, by its key, or the ERP's, by its number. */
  readonly posting?: PostingKey | undefined
  readonly held?: HeldAs | undefined
  /** Of what the ERP's books say: so much more is there than the journal holds, by it alone. */
  readonly beyond?: { readonly [cell: string]: Decimal }
}

/** What the ERP holds under a number; no content where it holds nothing any more. */
export interface HeldAs {
  readonly document: string
  readonly kind?: PostingKind
  readonly content: DocumentContent
}

const only = (
  cells: Cells,
  names: ReadonlyArray<string>,
  named: (cell: string) => string
): { readonly [cell: string]: Decimal } => Object.fromEntries(names.map((cell) => [named(cell), of(cells, cell)]))

/** What each column says of these cells. */
export const shown = (
  { erp, journal, reported }: Columns,
  cells: Iterable<string>,
  named: (cell: string) => string = (cell) => cell
) => {
  const names = [...cells].sort()
  return {
    reported: only(reported, names, named),
    journal: only(journal, names, named),
    erp: erp === undefined ? {} : only(erp, names, named)
  }
}

/** Of messages: they are no quantities. */
export const nothingShown = shown({ reported: none, journal: none, erp: none }, [])

/** If it is in the ERP at all, people have posted it. */
export const isLeftToPeople = ({ state }: { readonly state: PostingState }): boolean =>
  state === "Omitted" || state === "Shadowed" || state === "Waived"

/** What became of a document that the journal doesn't hold as being in the ERP. */
export const kindOf: { readonly [State in PostingState]?: DifferenceKind } = {
  Withheld: "withheld",
  Requested: "onItsWay",
  Accepted: "onItsWay",
  Deferred: "deferred",
  InDoubt: "inDoubt",
  Failed: "failed",
  Omitted: "omitted",
  Shadowed: "shadowed",
  Waived: "waived"
}
