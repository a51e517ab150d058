// `traveler masterdata list` and `traveler masterdata show`: what each plant's ERP says of items, units, bills of material,
// operations definitions and calendars, and how that came about.
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { DataQualityIssue } from "../../../core/failure.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { masterDataStream } from "../../../core/journal/stream.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { MasterDataKind } from "../../../core/plant/master-data.ts"
import { type MasterDataRow, masterDataCalled, masterDataOfPlants } from "../../../projections/master-data/queries.ts"
import { historyEntry, historyLine } from "../history.ts"
import { answer, answerJson } from "../output.ts"
import { withStorage } from "../with-core.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))
const plant = Flag.String("plant").pipe(
  Flag.withSchema(PlantId),
  Flag.withDescription("Of one plant alone"),
  Flag.optional
)
const kind = Flag.Literals("kind", MasterDataKind.literals).pipe(
  Flag.withDescription("Of one kind alone"),
  Flag.optional
)

const wanted = ({ kind, plant }: { kind: Option.Option<MasterDataKind>; plant: Option.Option<PlantId> }) => ({
  ...(Option.isSome(kind) ? { kind: kind.value } : {}),
  ...(Option.isSome(plant) ? { plant: plant.value } : {})
})

const called = ({ id, kind, plant, version }: MasterDataRow): string =>
  `${plant} ${kind} ${id}${version === null ? "" : ` version ${version}`}`

const line = (row: MasterDataRow): string =>
  `${called(row)}, changed ${row.changedAt}${row.deleted ? ", taken back" : ""}`

const list = Command.make(
  "list",
  {
    json,
    kind,
    plant,
    limit: Flag.Int("limit").pipe(Flag.withDescription("At most so many"), Flag.withDefault(1_000))
  },
  (flags) =>
    withStorage(() =>
      Effect.flatMap(masterDataOfPlants(wanted(flags), flags.limit), (rows) =>
        flags.json
          ? answerJson(rows)
          : answer(rows.length === 0 ? "No ERP has published any master data yet." : rows.map(line).join("\n"))
      )
    )
).pipe(Command.withDescription("List the master data that holds"))

const gathered = Effect.fnUntraced(function* (row: MasterDataRow) {
  const journal = yield* Journal
  const { id, kind, plant, version } = row
  const key = { kind, id, ...(version === null ? {} : { version }) }
  return { row, events: yield* journal.readStream(masterDataStream(plant, key), 0) }
})
type Gathered = Effect.Success<ReturnType<typeof gathered>>

const inWords = ({ events, row }: Gathered): string =>
  [line(row), "", JSON.stringify(row.content, undefined, 2), "", "History", ...events.map(historyLine)].join("\n")

const show = Command.make(
  "show",
  { id: Argument.String("id").pipe(Argument.withDescription("Its id in the ERP")), json, kind, plant },
  ({ id, json, ...flags }) =>
    withStorage(() =>
      Effect.gen(function* () {
        const rows = yield* masterDataCalled(id, wanted(flags))
        if (rows.length === 0) {
          return yield* new DataQualityIssue({
            field: "id",
            value: id,
            reason: "No ERP has published master data of this id",
            nextStep: "Look for it: npm run traveler -- masterdata list; have the ERP publish it to erp.events"
          })
        }
        const found = yield* Effect.forEach(rows, gathered)
        return yield* json
          ? answerJson(found.map(({ events, row }) => ({ ...row, history: events.map(historyEntry) })))
          : answer(found.map(inWords).join("\n\n"))
      })
    )
).pipe(Command.withDescription("Show a record as its ERP published it last, each of its versions, and its history"))

export const masterData = Command.make("masterdata").pipe(
  Command.withDescription("Look at the master data that ERPs have published"),
  Command.withSubcommands([list, show])
)
