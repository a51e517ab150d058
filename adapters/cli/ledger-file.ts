// The ledger of the last simulation, in a file. Used by `simulate` and the demo.
import { join } from "node:path"
import { Effect, FileSystem, Schema } from "effect"
import { DataQualityIssue } from "../../core/failure.ts"
import { stateDirectory } from "../../scripts/places.mjs"
import { keep } from "../../scripts/services/record.ts"
import { Ledger } from "../simulator/ledger.ts"

export const lastLedger = join(stateDirectory, "simulation.json")

const decodeLedger = Schema.decodeUnknownEffect(Schema.fromJsonString(Ledger))

const unusable = (file: string, reason: string) =>
  new DataQualityIssue({
    field: "ledger",
    value: file,
    reason,
    nextStep: "Play a simulation first: npm run traveler -- simulate"
  })

export const keepLedger = (file: string, ledger: Ledger) =>
  Effect.try({ try: () => keep(file, ledger), catch: (cause) => unusable(file, String(cause)) })

export const readLedger = Effect.fnUntraced(function* (file: string) {
  const files = yield* FileSystem.FileSystem
  const text = yield* files
    .readFileString(file)
    .pipe(Effect.mapError(() => unusable(file, "There is no ledger of a simulation")))
  return yield* decodeLedger(text).pipe(Effect.mapError(({ message }) => unusable(file, message)))
})
