// `traveler postings`: how many ERP documents of each plant are in which state; after an outage, how far the poster is.
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { onTheirWay, type PostingCounts, postingCounts } from "../../../projections/postings/queries.ts"
import { answer, answerJson } from "../output.ts"
import { draw, drawn } from "../progress.ts"
import { withStorage } from "../with-core.ts"

const counted = Effect.fnUntraced(function* (plant: Option.Option<PlantId>) {
  const counts = yield* postingCounts
  const rows = Array.from(counts, ([of, states]) => ({ plant: of, onTheirWay: onTheirWay(states), ...states }))
  return Option.isNone(plant) ? rows : rows.filter((row) => row.plant === plant.value)
})

const sumOf = <Row>(rows: ReadonlyArray<Row>, of: (row: Row) => number) => rows.reduce((sum, row) => sum + of(row), 0)

const pollEvery = "1 second"

/** Until no document is on its way: what waits for a person or for its time isn't. */
const awaited = Effect.fnUntraced(function* (plant: Option.Option<PlantId>) {
  const first = yield* counted(plant)
  const verifiedBefore = sumOf(first, ({ Verified }) => Verified)
  for (let rows = first; ; rows = yield* counted(plant)) {
    const done = sumOf(rows, ({ Verified }) => Verified) - verifiedBefore
    const left = sumOf(rows, (row) => row.onTheirWay)
    yield* draw(done, done + left)
    if (left === 0) break
    yield* Effect.sleep(pollEvery)
  }
  yield* drawn
})

const words: ReadonlyArray<readonly [keyof PostingCounts, string]> = [
  ["Verified", "posted and read back"],
  ["Accepted", "accepted and not yet read back"],
  ["InDoubt", "in doubt"],
  ["held", "wait for others"],
  ["Deferred", "wait for their time"],
  ["Withheld", "withheld"],
  ["Failed", "refused"],
  ["Omitted", "left out"],
  ["Shadowed", "left to people"],
  ["Waived", "waived"],
  ["Withdrawn", "withdrawn"]
]

const line = (row: Effect.Success<ReturnType<typeof counted>>[number]): string => {
  const states = words.flatMap(([state, word]) => (row[state] === 0 ? [] : [`${row[state]} ${word}`]))
  return [`${row.plant}: ${row.onTheirWay} on their way`, ...states].join(", ")
}

export const postings = Command.make(
  "postings",
  {
    plant: Flag.String("plant").pipe(
      Flag.withSchema(PlantId),
      Flag.withDescription("Of one plant alone"),
      Flag.optional
    ),
    wait: Flag.Boolean("wait").pipe(
      Flag.withDescription("Wait until none is on its way, and show how far that is"),
      Flag.withDefault(false)
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))
  },
  ({ json, plant, wait }) =>
    withStorage(() =>
      Effect.gen(function* () {
        if (wait) yield* awaited(plant)
        const rows = yield* counted(plant)
        if (json) return yield* answerJson(rows)
        return yield* answer(rows.length === 0 ? "No document was asked for yet." : rows.map(line).join("\n"))
      })
    )
).pipe(Command.withDescription("Count ERP documents by what has become of them"))
