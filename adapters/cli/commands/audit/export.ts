// `traveler audit export`: one archive that proves what it holds, for whoever has no access to the database.
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { DataQualityIssue } from "../../../../core/failure.ts"
import { lotStream, orderStream } from "../../../../core/journal/stream.ts"
import { instant, OccurredAt } from "../../../../core/plant/time.ts"
import { exportArchive } from "../../../audit/export.ts"
import { readSigningKey } from "../../../audit/keys.ts"
import type { Wanted } from "../../../audit/wanted.ts"
import { fullName, knownLot } from "../../known-lots.ts"
import { knownOrder } from "../../known-orders.ts"
import { answer, answerJson } from "../../output.ts"
import { withStorage } from "../../with-core.ts"
import { keyFile, requireKey } from "./flags.ts"

const time = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withSchema(OccurredAt), Flag.withDescription(description), Flag.optional)

interface Asked {
  readonly order: Option.Option<string>
  readonly lot: Option.Option<string>
  readonly from: Option.Option<OccurredAt>
  readonly to: Option.Option<OccurredAt>
}

const notOne = () =>
  new DataQualityIssue({
    field: "export",
    value: "",
    reason: "It is of one thing: an order, a lot, or a time",
    nextStep: "Give --order ID, or --lot LOT, or --from TIME and a later --to TIME"
  })

const wantedOf = Effect.fnUntraced(function* ({ from, lot, order, to }: Asked) {
  if ([order, lot, Option.orElse(from, () => to)].filter(Option.isSome).length !== 1) return yield* notOne()
  if (Option.isSome(order)) {
    const { order: id, plant } = yield* knownOrder(order.value)
    const wanted: Wanted = { _tag: "Story", subject: `order ${plant}/${id}`, stream: orderStream(plant, id) }
    return wanted
  }
  if (Option.isSome(lot)) {
    const key = yield* knownLot(lot.value)
    const wanted: Wanted = { _tag: "Story", subject: `lot ${fullName(key)}`, stream: lotStream(key) }
    return wanted
  }
  if (Option.isNone(from) || Option.isNone(to) || instant(from.value) >= instant(to.value)) return yield* notOne()
  const wanted: Wanted = {
    ...{ _tag: "Time", from: instant(from.value), to: instant(to.value) },
    subject: `time ${from.value} ${to.value}`
  }
  return wanted
})

export const exported = Command.make(
  "export",
  {
    order: Flag.String("order").pipe(Flag.withDescription("An order's id, or <plant>/<order>"), Flag.optional),
    lot: Flag.String("lot").pipe(Flag.withDescription("A lot's number, or <scope>/<item>/<lot>"), Flag.optional),
    from: time("from", "All that the journal recorded from then on, like 2026-11-23T00:00:00+01:00"),
    to: time("to", "And before then"),
    output: Flag.String("output").pipe(Flag.withDescription("The archive to write, like order-4711.zip")),
    key: keyFile,
    json: Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))
  },
  ({ json, key, output, ...asked }) =>
    withStorage((settings) =>
      Effect.gen(function* () {
        const signing = yield* readSigningKey(yield* requireKey(key, settings))
        const { checkpoint, events, files, notYetProven, streams, subject } = yield* exportArchive(
          yield* wantedOf(asked),
          signing,
          output
        )
        const told = { output, subject, checkpoint, events, notYetProven, streams: streams.size, files: files.size + 1 }
        if (json) return yield* answerJson(told)
        return yield* answer(
          `${output}: ${events} events of ${subject}${streams.size === 0 ? "" : ` in ${streams.size} streams`}, ${events - notYetProven} proven by checkpoint ${checkpoint} and ${notYetProven} not yet. Anyone can verify it: npm run traveler -- audit verify ${output}`
        )
      }).pipe(Effect.scoped)
    )
).pipe(Command.withDescription("Write events, raw messages and their proofs as one archive that verifies offline"))
