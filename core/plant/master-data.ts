// Which record of master data is meant, of those that an ERP owns. Anyone may import this file.
import { Schema } from "effect"
import type { DefinitionVersion } from "./identifiers.ts"

/** What a record is about: B2MML's nouns. */
export const MasterDataKind = Schema.Literals([
  "MaterialDefinition",
  "UnitOfMeasure",
  "MaterialBill",
  "OperationsDefinition",
  "WorkCalendar"
])
export type MasterDataKind = typeof MasterDataKind.Type

/** Which record of its plant. Each version of a bill or a definition is one of its own. */
export interface MasterDataKey {
  readonly kind: MasterDataKind
  readonly id: string
  readonly version?: DefinitionVersion
}
