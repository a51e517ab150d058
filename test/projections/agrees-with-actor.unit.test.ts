// The views against the order actor: both follow the same events, so they must come to the same.
import { HashMap } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { hasGap as actorHasGap } from "../../actors/order/course.ts"
import { orderDecider } from "../../actors/order/decider.ts"
import type { Operation } from "../../actors/order/operation.ts"
import { orderStatus as actorStatus } from "../../actors/order/status.ts"
import { documentNumber, versionOfDocument } from "../../actors/posting/documents.ts"
import { encode } from "../../core/journal/codec.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { recordedEvent } from "../../core/journal/recorded.ts"
import * as Decimal from "../../core/plant/decimal.ts"
import { instant, OccurredAt } from "../../core/plant/time.ts"
import { hasGap, statusOf } from "../../projections/orders/order.ts"
import { evolve, type Posting } from "../../projections/postings/posting.ts"
import * as floor from "../actors/order/floor.ts"
import { arrivals, complete, wild } from "../actors/order/histories.ts"
import { aboutOneOf, saidAfterEach, type Word } from "../actors/order/words.ts"
import { specification } from "../harness/decider-specification.ts"
import { told } from "./told.ts"

const { stream } = floor

/**
 * The actor's state after these messages, and the events that it made, as the partition records them. After each
 * message come the words at its place.
 */
const played = (messages: ReadonlyArray<floor.Message>, said: ReadonlyArray<ReadonlyArray<Word>> = []) => {
  const actor = specification(orderDecider)
  const events: Array<RecordedEvent> = []
  const take = (message: floor.Message) => {
    let part = 0
    for (const { decision, metadata, version } of actor.deciding(message)) {
      const { of, keep: _, type, data } = decision
      const content = encode({ metadata, ...(of === undefined ? { part: part++ } : {}), data })
      const place = { partition: 0, offset: version, stream, version, recordedAt: version, schemaVersion: 1 }
      events.push(recordedEvent({ ...place, type, content, hash: new Uint8Array(32) }))
    }
  }
  messages.forEach((message, index) => {
    take(message)
    said[index]?.forEach((word, nth) => {
      take(aboutOneOf(actor.state.course, word, `word ${index}/${nth}`))
    })
  })
  return { state: actor.state, events }
}

const columns = ["good", "scrap", "rework", "nonconforming", "labor", "machine"] as const

const sumsOfActor = (operations: Iterable<readonly [string, Operation]>) =>
  new Map(
    [...operations].flatMap(([id, operation]) =>
      columns.flatMap((column) =>
        Object.entries(operation[column]).map(([unit, sum]) => [`${id} ${column} ${unit}`, sum] as const)
      )
    )
  )

it("the view `orders` sees that a directive waited and went on in one turn: two that name each other", () => {
  const { state, events } = played([floor.corrected({ id: "one" }, "other"), floor.reversed({ id: "other" }, "one")])
  expect(actorHasGap(state.course)).toBe(false)
  expect(hasGap(told(events).order)).toBe(false)
})

it("the view `orders` sees that a directive waits though it let an overdue one go on in its own turn", () => {
  const { state, events } = played([
    floor.reversed({ id: "one" }, "other"),
    floor.overdue("timer", floor.reference("one")),
    floor.reversed({ id: "other" }, "missing")
  ])
  expect(events.map(({ type }) => type)).toEqual([
    "MessageDeferred",
    "DirectiveOverdue",
    "MessageDeferred",
    "MessageNoted",
    "DirectiveWentOn"
  ])
  expect(actorHasGap(state.course)).toBe(true)
  expect(hasGap(told(events).order)).toBe(true)
})

describe.each([
  ["any messages, naming anything", wild],
  ["messages that leave no gap, ends included", complete]
] as const)("after %s", (_, set) => {
  it("the view `orders` tells the actor's status, gap, starts, finals and sums", () => {
    fc.assert(
      fc.property(arrivals(set), saidAfterEach, ([, shuffled], said) => {
        const { state, events } = played(shuffled, said)
        const { order: view, reports, sums } = told(events)
        expect(statusOf(view)).toBe(actorStatus(state))
        expect(hasGap(view)).toBe(actorHasGap(state.course))
        const operations = HashMap.toEntries(state.facts.operations)
        const viewSums = sums.flatMap((row) =>
          columns.map((column) => [`${row.operation_id} ${column} ${row.unit}`, row[column]] as const)
        )
        expect(new Map(viewSums.filter(([, sum]) => sum !== Decimal.zero))).toEqual(sumsOfActor(operations))
        for (const [id, { finals, startedAt }] of operations) {
          expect(view.finals[id] ?? 0).toBe(finals)
          const starts = reports.filter(
            (each) => each.counts && each.type === "OperationStarted" && each.operation_id === id
          )
          expect(Math.min(...starts.map((each) => instant(OccurredAt.make(each.occurred_at))))).toBe(startedAt)
        }
      }),
      { numRuns: 200 }
    )
  }, 30_000)

  it("the view `postings` has the documents that the actor asked for, and what became of each", () => {
    fc.assert(
      fc.property(arrivals(set), saidAfterEach, ([, shuffled], said) => {
        const { state, events } = played(shuffled, said)
        const postings = new Map<string, Posting>()
        const membersOf = (key: string) => [...postings.values()].filter(({ group }) => group === key)
        for (const event of events) {
          for (const posting of evolve((key) => postings.get(key), event, membersOf)) postings.set(posting.key, posting)
        }
        const shown = [...postings.values()].map(({ version, kind, state: is }) => `${version}/${kind} ${is}`)
        const { course } = state
        const outcomes = new Map(HashMap.toEntries(course.postings))
        const requested = Array.from(outcomes, ([number, { group, kind, state: is }]) => {
          const ofGroup = group === undefined ? undefined : outcomes.get(documentNumber(group, "group"))?.state
          return `${versionOfDocument(number)}/${kind} ${ofGroup ?? is}`
        })
        const withheld = HashMap.toEntries(course.withheld).flatMap(([version, { kinds }]) =>
          kinds.map((kind) => `${version}/${kind} Withheld`)
        )
        expect(shown.sort()).toEqual([...requested, ...withheld].sort())
      }),
      { numRuns: 200 }
    )
  }, 30_000)
})
