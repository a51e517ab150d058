// The operations definition that a release pins, and the bill of material that goes with it, as the ERP published them. Used
// by the checks of this folder.
import { Effect, Option, Schema } from "effect"
import { masterDataEvents } from "../../../core/event/master-data.ts"
import type { PlantId } from "../../../core/plant/identifiers.ts"
import { DefinitionVersion } from "../../../core/plant/identifiers.ts"
import { NoAnswer, type ReleasedPlan } from "../../../core/port/release-check.ts"
import { masterDataRecord } from "../../../projections/master-data/queries.ts"

const { MaterialBillPublished, OperationsDefinitionPublished } = masterDataEvents

const decodeDefinition = Schema.decodeUnknownEffect(OperationsDefinitionPublished)
const decodeBill = Schema.decodeUnknownEffect(MaterialBillPublished)

export type MaterialBill = typeof MaterialBillPublished.Type

const known = <A>(record: A | undefined, what: string) =>
  record === undefined ? Effect.fail(new NoAnswer({ reason: `No ERP has published ${what}` })) : Effect.succeed(record)

const decodeVersion = Schema.decodeUnknownOption(DefinitionVersion)

/** A release says its version as text; one that can't be a version was never published. */
const versionOf = (version: string, what: string) =>
  Option.match(decodeVersion(version), {
    onNone: () => Effect.fail(new NoAnswer({ reason: `No ERP has published ${what}` })),
    onSome: (version) => Effect.succeed(version)
  })

export const pinnedDefinition = Effect.fnUntraced(function* (plant: PlantId, { operationsDefinition }: ReleasedPlan) {
  if (operationsDefinition === undefined) {
    return yield* new NoAnswer({ reason: "The release names no operations definition", forGood: true })
  }
  const { id } = operationsDefinition
  const what = `operations definition ${id} version ${operationsDefinition.version}`
  const version = yield* versionOf(operationsDefinition.version, what)
  const record = yield* known(yield* masterDataRecord(plant, { kind: "OperationsDefinition", id, version }), what)
  return { what, deleted: record.deleted, content: yield* Effect.orDie(decodeDefinition(record.content)) }
})

/** None where the definition names none. */
export const pinnedBill = Effect.fnUntraced(function* (
  plant: PlantId,
  { materialBill }: typeof OperationsDefinitionPublished.Type
) {
  if (materialBill === undefined) return undefined
  const { id, version } = materialBill
  const what = `bill of material ${id} version ${version}`
  const record = yield* known(yield* masterDataRecord(plant, { kind: "MaterialBill", id, version }), what)
  return { what, deleted: record.deleted, content: yield* Effect.orDie(decodeBill(record.content)) }
})
