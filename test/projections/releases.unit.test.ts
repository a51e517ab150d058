// The view `releases` against the order actor, over random histories: it shows what the actor waits for next, and whatever is
// said of a release changes none of the order's facts.
import fc from "fast-check"
import { expect, it } from "vitest"
import { orderDecider } from "../../actors/order/decider.ts"
import { encode } from "../../core/journal/codec.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { recordedEvent } from "../../core/journal/recorded.ts"
import { ledRevision, nextCheck, type ReleaseFlow, stageOf } from "../../core/release-flow.ts"
import { evolve, isOfRelease, type OrderRelease } from "../../projections/releases/order-release.ts"
import * as floor from "../actors/order/floor.ts"
import { arrivals, complete, wild } from "../actors/order/histories.ts"
import * as releasing from "../actors/order/releasing.ts"
import { plain, specification } from "../harness/decider-specification.ts"

const said = [
  "due",
  "next",
  "next",
  "next",
  "failed",
  "unanswered",
  "dispatched",
  "overdue",
  "refused",
  "triedAgain",
  "waived",
  "withdrawn"
] as const
type Said = (typeof said)[number]

/** What is said of the revision and attempt that are on their way, or of the first where there are none. */
const word = (says: Said, flow: ReleaseFlow | undefined, revision: number): floor.Message => {
  const attempt = flow?.attempt ?? 1
  const current = flow?.revision ?? 1
  const check = (flow === undefined ? undefined : nextCheck(flow)?.check) ?? "revisionValid"
  switch (says) {
    case "due":
      return releasing.due(revision)
    case "next":
      return next(flow, check, current, attempt)
    case "failed":
      return releasing.failed(check, current, attempt)
    case "unanswered":
      return releasing.unanswered(check, current, attempt)
    case "dispatched":
      return releasing.dispatched(current, attempt)
    case "overdue":
      return releasing.overdue(current, attempt)
    case "refused":
      return releasing.refused(current, attempt)
    case "triedAgain":
      return releasing.triedAgain(1, current)
    case "waived":
      return releasing.waived(current)
    case "withdrawn":
      return releasing.withdrawn(current)
  }
}

/** What the runner does next. */
const next = (
  flow: ReleaseFlow | undefined,
  check: Parameters<typeof releasing.passed>[0],
  revision: number,
  attempt: number
): floor.Message => {
  switch (flow === undefined ? "check" : stageOf(flow)) {
    case "dispatch":
      return releasing.dispatched(revision, attempt)
    case "report":
      return releasing.reported(revision, attempt)
    case "withdrawal":
      return releasing.withdrawn(revision)
    default:
      return releasing.passed(check, revision, attempt)
  }
}

const words = fc.array(fc.array(fc.constantFrom(...said), { maxLength: 6 }), { maxLength: 14, size: "max" })

const played = (messages: ReadonlyArray<floor.Message>, between: ReadonlyArray<ReadonlyArray<Said>>) => {
  const actor = specification(orderDecider)
  const events: Array<RecordedEvent> = []
  const take = (message: floor.Message) => {
    for (const { decision, metadata, version } of actor.deciding(message)) {
      const { type, data } = decision
      const place = { partition: 0, offset: version, stream: floor.stream, version, recordedAt: version }
      const content = encode({ metadata, data })
      events.push(recordedEvent({ ...place, schemaVersion: 1, type, content, hash: new Uint8Array(32) }))
    }
  }
  messages.forEach((message, index) => {
    take(message)
    for (const says of between[index] ?? []) {
      const { course, facts } = actor.state
      take(word(says, course.release, facts.plan?.content.revision ?? 1))
    }
  })
  return { state: actor.state, events }
}

it.each([
  ["any messages, naming anything", wild],
  ["messages that leave no gap, ends included", complete]
] as const)(
  "after %s",
  (_, set) => {
    fc.assert(
      fc.property(arrivals(set), words, ([all, shuffled], between) => {
        const { events, state } = played(shuffled, between)
        expect(plain(state.facts)).toEqual(plain(specification(orderDecider).when(...all).state.facts))
        const view = events.filter(isOfRelease).reduce<OrderRelease | undefined>(evolve, undefined)
        const { course, facts } = state
        const { release } = course
        expect(view?.state.flow).toEqual(release)
        const isOver = facts.cancelled ?? facts.technicallyCompleted ?? facts.closed
        const isNew =
          facts.released &&
          isOver === undefined &&
          (facts.plan?.content.revision ?? 0) > (release === undefined ? 0 : ledRevision(release))
        expect(view?.stage ?? null).toBe(isNew ? "unstarted" : release === undefined ? null : stageOf(release))
        expect(view?.plan?.revision).toBe(facts.plan?.content.revision)
        expect(view?.held ?? false).toBe(facts.hold?.held ?? false)
      }),
      { numRuns: 60 }
    )
  },
  30_000
)

/** The view's row after each of these messages, recorded a second after another. */
const rowsAfter = (messages: ReadonlyArray<floor.Message>) => {
  const actor = specification(orderDecider)
  let row: OrderRelease | undefined
  return messages.map((message, index) => {
    for (const { decision, metadata, version } of actor.deciding(message)) {
      const { type, data } = decision
      const place = { partition: 0, offset: version, stream: floor.stream, version, recordedAt: index * 1_000 }
      const content = encode({ metadata, data })
      const event = recordedEvent({ ...place, schemaVersion: 1, type, content, hash: new Uint8Array(32) })
      if (isOfRelease(event)) row = evolve(row, event)
    }
    return row
  })
}

it.each([
  ["the MES's answer, which came before the journal knew of the dispatch", floor.acknowledged({ id: "ack" })],
  ["a revision that plans the same", floor.released({ id: "again", minute: 9 }, floor.plan(100, { revision: 7 }))]
])("what is being dispatched stays the same command, byte for byte, after %s", (_, meanwhile) => {
  const passed = releasing.checks.map((check) => releasing.passed(check))
  const [after, before] = rowsAfter([
    floor.released({ id: "release" }),
    releasing.due(),
    ...passed,
    meanwhile
  ]).reverse()
  expect(before).toMatchObject({ stage: "dispatch", since: 4_000 })
  expect(after).toMatchObject({ stage: "dispatch", since: 4_000, planned_at: before?.planned_at })
})

it("what comes up again, since the MES took its answer back and gave it again, is another step", () => {
  const rows = rowsAfter([
    floor.released({ id: "release" }),
    releasing.due(1, { checks: [], acknowledgedWithinSeconds: 60 }),
    releasing.dispatched(),
    floor.acknowledged({ id: "yes" }),
    floor.acknowledged({ id: "no", minute: 1 }, "Rejected"),
    floor.acknowledged({ id: "yes again", minute: 2 })
  ])
  expect(rows.slice(3).map((row) => [row?.stage, row?.since])).toEqual([
    ["report", 3_000],
    ["stopped", 4_000],
    ["report", 5_000]
  ])
})
