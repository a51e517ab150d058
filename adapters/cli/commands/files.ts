// `traveler files`: what became of the files that partners put into the plants' folders, and ERP documents as files.
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { DataQualityIssue } from "../../../core/failure.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { instant, OccurredAt } from "../../../core/plant/time.ts"
import { exportPostings } from "../../files/export-postings.ts"
import { fileIntakes } from "../../files/intake-state.ts"
import { intakeLine } from "../intake-line.ts"
import { answer, answerJson } from "../output.ts"
import { withStorage } from "../with-core.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))

const list = Command.make(
  "list",
  {
    plant: Flag.String("plant").pipe(
      Flag.withSchema(PlantId),
      Flag.withDescription("Of one plant alone"),
      Flag.optional
    ),
    limit: Flag.Int("limit").pipe(Flag.withDescription("At most so many, newest first"), Flag.withDefault(100)),
    json
  },
  ({ json, limit, plant }) =>
    withStorage(() =>
      Effect.flatMap(fileIntakes(Option.getOrUndefined(plant), limit), (found) =>
        json ? answerJson(found) : answer(found.length === 0 ? "No files came yet." : found.map(intakeLine).join("\n"))
      )
    )
).pipe(Command.withDescription("List the manifests that were read, refused, or wait, newest first"))

const time = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withSchema(OccurredAt), Flag.withDescription(description))

const nothing = (from: string, to: string) =>
  new DataQualityIssue({
    field: "from, to",
    value: `${from}, ${to}`,
    reason: "There is no time between them",
    nextStep: "Give an earlier --from than --to"
  })

const exported = Command.make(
  "export",
  {
    plant: Flag.String("plant").pipe(Flag.withSchema(PlantId), Flag.withDescription("Whose documents")),
    from: time("from", "Asked for from then on, like 2026-11-23T00:00:00+01:00"),
    to: time("to", "And before then"),
    out: Flag.Directory("out").pipe(Flag.withDescription("The folder to write to; it is made where it isn't there")),
    json
  },
  ({ from, json, out, plant, to }) =>
    withStorage(() =>
      Effect.gen(function* () {
        if (instant(from) >= instant(to)) return yield* nothing(from, to)
        const { files, manifest } = yield* exportPostings({ plant, from: instant(from), to: instant(to) }, out)
        if (json) return yield* answerJson({ manifest, files })
        return yield* answer(
          [...files.map(({ name, rows }) => `${name}: ${rows} rows`), `Manifest: ${manifest}`].join("\n")
        )
      })
    )
).pipe(Command.withDescription("Write a plant's ERP documents as CSV files with a manifest"))

export const files = Command.make("files").pipe(
  Command.withDescription("Exchange files where there is nothing better: see what came in, write what goes out"),
  Command.withSubcommands([list, exported])
)
