// What another version would have made of archived messages: nothing else where it is the same, and what it does otherwise
// where it isn't; with what a window's messages met, and nothing live touched.
import { it } from "@effect/vitest"
import { Effect, Fiber, Latch, Stream } from "effect"
import { expect } from "vitest"
import { behavioursBy } from "../../../actors/behaviours.ts"
import { compare } from "../../../adapters/replay/what-if/compare.ts"
import { outcomes } from "../../../adapters/replay/what-if/outcome.ts"
import { play } from "../../../adapters/replay/what-if/play.ts"
import type { Outcome } from "../../../adapters/replay/what-if/protocol.ts"
import { stageLayer } from "../../../adapters/replay/what-if/stage.ts"
import { fillViews } from "../../../adapters/replay/what-if/views.ts"
import { whatIf } from "../../../adapters/replay/what-if/what-if.ts"
import { root } from "../../../scripts/places.mjs"
import { temporaryDatabase } from "../../harness/database.ts"
import { changedCheckout, history, received, stateOf, times } from "./what-if.ts"

const behaviours = behavioursBy({ negativeStock: "case" })
const range = (from: number, to: number) => ({ from: new Date(from), to: new Date(to) })
const whole = range(times.first, times.end)
const silent = () => {}

/** What came of what was received from the middle on. */
const secondHalf = Effect.andThen(fillViews, Stream.runCollect(outcomes(times.middle)))

const streamsOf = async function* (found: Iterable<Outcome>, only: ReadonlySet<string>) {
  for (const outcome of found) if (only.has(outcome.stream)) yield outcome
  return { messages: 0, redacted: 0, events: 0, seconds: 0 }
}

it.live("A window's messages meet what the journal had of their streams before it", () =>
  Effect.gen(function* () {
    const live = yield* history
    const atOnce = yield* Effect.andThen(
      play(whole, behaviours, () => Effect.void),
      secondHalf
    ).pipe(Effect.provide(stageLayer({ live, scratch: yield* temporaryDatabase })))
    yield* play(range(times.first, times.middle), behaviours, () => Effect.void).pipe(
      Effect.provide(stageLayer({ live, scratch: live }))
    )
    const { hashes } = yield* stateOf(live)
    const after = yield* Effect.andThen(
      play(range(times.middle, times.end), behaviours, () => Effect.void),
      secondHalf
    ).pipe(Effect.provide(stageLayer({ live, scratch: yield* temporaryDatabase })))
    const touched = new Set([...after].map(({ stream }) => stream))
    const compared = yield* Effect.promise(() => compare(streamsOf(atOnce, touched), streamsOf(after, touched), 1))
    expect(compared.differences).toEqual([])
    expect(compared.equal).toBeGreaterThan(400)
    expect((yield* stateOf(live)).hashes).toEqual(hashes)
  })
)

it.live(
  "Of a changed rule and of messages that it fails at, exactly these differences are told; nothing live is touched",
  () =>
    Effect.gen(function* () {
      const live = yield* history
      const before = yield* stateOf(live)
      const checkout = yield* changedCheckout([
        {
          file: "projections/genealogy/genealogy.ts",
          from: 'backflush === true ? { certainty: "allocated"',
          to: 'backflush === true ? { certainty: "assumed"'
        },
        {
          file: "actors/lot/decide.ts",
          from: "  const { metadata } = message\n  const place",
          to: '  const { metadata } = message\n  if (message.type === "TestResultRecorded") throw new Error("Broken")\n  const place'
        }
      ])
      const { candidate, differences } = yield* whatIf(live, whole, checkout, silent)
      const told = differences.map(({ fields, how, kind, type }) => [how, kind, type, ...fields].join(" "))
      expect(told).toEqual([
        "added event MessageParked",
        "missing event TestResultRecorded",
        "changed genealogy consumption certainty",
        "added case message stream"
      ])
      const [parked, missing, , cases] = differences
      expect(missing?.count).toBeGreaterThan(0)
      expect([parked?.count, cases?.count]).toEqual([missing?.count, missing?.count])
      expect(missing?.samples[0]?.message).toContain("/mes.events/")
      expect(candidate.messages).toBe(500)
      expect(yield* stateOf(live)).toEqual(before)
    })
)

it.live("A folder that is no checkout can't be compared", () =>
  Effect.gen(function* () {
    const live = yield* temporaryDatabase
    const failure = yield* Effect.flip(whatIf(live, whole, "/tmp", silent))
    expect(failure).toMatchObject({ _tag: "TechnicalFailure", field: "candidate", value: "/tmp" })
  })
)

it.live("What the archive receives meanwhile is played by neither", () =>
  Effect.gen(function* () {
    const live = yield* history
    const late = yield* changedCheckout([
      {
        file: "adapters/replay/what-if/main.ts",
        from: "    let told = 0\n",
        to: '    let told = 0\n    yield* Effect.sleep("3 seconds")\n'
      }
    ])
    const played = yield* Latch.make()
    const more = yield* Effect.forkChild(Effect.andThen(played.await, received(live, times.middle + 1)))
    const { baseline, candidate, differences } = yield* whatIf(live, whole, late, (line) => {
      if (line.startsWith("baseline: ")) played.openUnsafe()
    })
    yield* Fiber.join(more)
    expect(differences).toEqual([])
    expect([baseline.messages, candidate.messages]).toEqual([500, 500])
  })
)

it.live("Where nothing was received there is nothing that could be the same", () =>
  Effect.gen(function* () {
    const live = yield* history
    const failure = yield* Effect.flip(whatIf(live, range(times.end, times.end + 1_000), root, silent))
    expect(failure).toMatchObject({ _tag: "DataQualityIssue", field: "messages" })
  })
)
