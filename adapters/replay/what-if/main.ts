// One version plays archived messages: reads what to play from standard input, and writes what came of it to standard
// output (`protocol.ts`). `traveler replay messages` starts it in each of two checkouts:
// `node scripts/pinned.mjs adapters/replay/what-if/main.ts`.
import { createInterface } from "node:readline"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Clock, Effect, Layer, Schema, Stream } from "effect"
import { behavioursBy } from "../../../actors/behaviours.ts"
import { TechnicalFailure } from "../../../core/failure.ts"
import { failureLine } from "../../cli/failure-line.ts"
import { loggingToStderr, say } from "../../cli/output.ts"
import { settings } from "../../config.ts"
import { outcomes } from "./outcome.ts"
import { play } from "./play.ts"
import { type Line, protocol, Request } from "./protocol.ts"
import { stageLayer } from "./stage.ts"
import { fillViews } from "./views.ts"

const decodeRequest = Schema.decodeUnknownEffect(Schema.fromJsonString(Request))

const wrongRequest = (reason: string) =>
  new TechnicalFailure({
    field: "request",
    value: "",
    reason: `This version speaks protocol ${protocol} of replay messages: ${reason}`,
    nextStep: "Compare two checkouts that speak the same"
  })

/** The first line. Whoever sent it is gone once the input ends before we are done, and then so are we. */
const request = Effect.gen(function* () {
  const lines = yield* Effect.acquireRelease(
    Effect.sync(() => createInterface({ input: process.stdin })),
    (open) =>
      Effect.sync(() => {
        open.removeAllListeners("close")
        process.stdin.destroy()
      })
  )
  return yield* Effect.callback<string, TechnicalFailure>((resume) => {
    lines.once("line", (line) => {
      lines.once("close", () => process.exit(1))
      resume(Effect.succeed(line))
    })
  })
})

/** Waits where the reader is slower: the answer may be larger than memory. */
const write = (line: Line) =>
  Effect.callback<void>((resume) => {
    process.stdout.write(`${JSON.stringify(line)}\n`, () => resume(Effect.void))
  })

const answer = Effect.gen(function* () {
  const asked = yield* Effect.flatMap(request, (line) =>
    Effect.mapError(decodeRequest(line), ({ message }) => wrongRequest(message))
  )
  yield* write({ protocol })
  const policy = yield* settings
  const { from, plant, to } = asked
  yield* Effect.gen(function* () {
    const began = yield* Clock.currentTimeMillis
    const range = { from: new Date(from), to: new Date(to), ...(plant === undefined ? {} : { plant }) }
    let told = 0
    const { failed, messages, redacted } = yield* play(range, behavioursBy(policy), (count) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const second = Math.ceil((now - began) / 1_000)
        if (second === told) return Effect.void
        told = second
        return say(`${count} messages played`)
      })
    )
    yield* fillViews
    if (failed.length > 0) yield* write({ stream: "", items: failed })
    let events = 0
    yield* outcomes(from).pipe(
      Stream.runForEach((outcome) => {
        events += outcome.items.filter(({ kind }) => kind === "event").length
        return write(outcome)
      })
    )
    const seconds = ((yield* Clock.currentTimeMillis) - began) / 1_000
    yield* write({ played: { messages, redacted, events, seconds } })
  }).pipe(Effect.provide(stageLayer(asked)))
})

answer.pipe(
  Effect.scoped,
  Effect.provide(Layer.mergeAll(NodeServices.layer, loggingToStderr)),
  Effect.tapCause((cause) => {
    const line = failureLine(cause)
    return line === undefined ? Effect.void : say(line)
  }),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
