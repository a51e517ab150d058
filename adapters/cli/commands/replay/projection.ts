// `traveler replay projection`: rebuilds a view beside the live one and exchanges them, or only compares the two.
import { Duration, Effect, Layer } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { BusinessRuleViolation, DataQualityIssue } from "../../../../core/failure.ts"
import { projections } from "../../../../projections/index.ts"
import type { Projection } from "../../../../projections/projection.ts"
import type { RowDifference, TableDifference } from "../../../../projections/rebuild/compare.ts"
import { dropOld, rebuild, verify } from "../../../../projections/rebuild/rebuild.ts"
import { tableCopyLayer } from "../../../postgres/table-copy.ts"
import { answer, answerJson } from "../../output.ts"
import { rebuildProgress } from "../../rebuild-progress.ts"
import { replayTracesLayer } from "../../traces.ts"
import { withStorage } from "../../with-core.ts"

const name = Argument.String("name").pipe(Argument.withDescription("The view, such as orders or genealogy"))
const verifyFlag = Flag.Boolean("verify").pipe(
  Flag.withDescription("Compare with the live view and show the rows that differ; exchange nothing"),
  Flag.withDefault(false)
)
const dropOldFlag = Flag.Boolean("drop-old").pipe(
  Flag.withDescription("Drop the view as it was before its last rebuild; rebuild nothing"),
  Flag.withDefault(false)
)
const json = Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))

const projectionCalled = (name: string) => {
  const found = projections.find((projection) => projection.name === name)
  return found === undefined
    ? Effect.fail(
        new DataQualityIssue({
          field: "name",
          value: name,
          reason: "There is no view of this name",
          nextStep: `Name one of ${projections.map((projection) => projection.name).join(", ")}`
        })
      )
    : Effect.succeed(found)
}

const places = { onlyLive: "only in the live view", onlyRebuilt: "only in the rebuilt one", changed: "differs" }

const rowInWords = ({ columns, is, key }: RowDifference): ReadonlyArray<string> => [
  `  ${Object.values(key).join(" ")}: ${places[is]}`,
  ...columns.map(({ column, live, rebuilt }) => `    ${column}: live ${live}, rebuilt ${rebuilt}`)
]

const tableInWords = ({ changed, examples, onlyLive, onlyRebuilt, table }: TableDifference): string => {
  const left = changed + onlyLive + onlyRebuilt - examples.length
  return [
    `${table}: ${changed} rows differ, ${onlyLive} only in the live view, ${onlyRebuilt} only in the rebuilt one`,
    ...examples.flatMap(rowInWords),
    ...(left > 0 ? [`  and ${left} more`] : [])
  ].join("\n")
}

const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.timed(effect), ([duration, found]) => ({ found, seconds: Duration.toSeconds(duration) }))

const verified = Effect.fnUntraced(function* (projection: Projection, asJson: boolean) {
  const { found, seconds } = yield* timed(verify(projection, rebuildProgress(projection.name)))
  const { events, resumed, tables } = found
  const isEqual = tables.length === 0
  if (!isEqual) process.exitCode = 1
  const { name, version } = projection
  if (asJson) return yield* answerJson({ view: name, version, events, resumed, seconds, equal: isEqual, tables })
  return yield* answer(
    isEqual
      ? `${name} (version ${version}) holds what ${events} events say: every row is as a rebuild makes it.`
      : [`${name} (version ${version}) differs from what ${events} events say.`, ...tables.map(tableInWords)].join("\n")
  )
})

const rebuilt = Effect.fnUntraced(function* (projection: Projection, asJson: boolean) {
  const { found, seconds } = yield* timed(rebuild(projection, rebuildProgress(projection.name)))
  const { events, kept, resumed } = found
  const { name, version } = projection
  if (asJson) return yield* answerJson({ view: name, version, events, resumed, seconds, kept })
  return yield* answer(
    [
      `${name} (version ${version}) is rebuilt from ${events} events in ${seconds.toFixed(1)} s${resumed ? ", begun by an earlier run" : ""}.`,
      `Its tables of before are kept as ${kept}; drop them: npm run traveler -- replay projection ${name} --drop-old`
    ].join("\n")
  )
})

const dropped = Effect.fnUntraced(function* (projection: Projection, asJson: boolean) {
  const { name } = projection
  const kept = yield* dropOld(projection)
  if (asJson) return yield* answerJson({ view: name, dropped: kept ?? null })
  return yield* answer(kept === undefined ? `Nothing of ${name} is kept from before a rebuild.` : `${kept} is dropped.`)
})

export const projection = Command.make(
  "projection",
  { name, verify: verifyFlag, dropOld: dropOldFlag, json },
  ({ dropOld, json, name, verify }) =>
    Effect.gen(function* () {
      const projection = yield* projectionCalled(name)
      if (verify && dropOld) {
        return yield* new BusinessRuleViolation({
          field: "replay projection",
          value: "--verify --drop-old",
          reason: "These are two things to do",
          nextStep: "Do one after the other"
        })
      }
      const act = dropOld ? dropped : verify ? verified : rebuilt
      return yield* withStorage((settings) =>
        act(projection, json).pipe(
          Effect.provide(Layer.merge(tableCopyLayer(settings.postgresUrl), replayTracesLayer(settings)))
        )
      )
    })
).pipe(Command.withDescription("Rebuild a view from the journal beside the live one, then exchange them"))
