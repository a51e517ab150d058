// A document is withheld exactly as long as something withholds it: a breach or a parked message that was open from its
// version on, or, for a final one, a gap. Checked after every message of random histories, by a model of its own.
import fc from "fast-check"
import { expect, it } from "vitest"
import { caseId } from "../../../actors/case-id.ts"
import { orderDecider } from "../../../actors/order/decider.ts"
import type { Event } from "../../../actors/order/event.ts"
import { type MessageMetadata, messageKey } from "../../../core/message/metadata.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as floor from "./floor.ts"
import { arrivals, complete, type PlantMessage, wild } from "./histories.ts"

type Step =
  | { readonly does: "message"; readonly message: PlantMessage }
  | { readonly does: "park"; readonly id: string }
  | { readonly does: "settle"; readonly id: string }
  | { readonly does: "waive"; readonly breach: string }

/** A history with messages parked and settled, and breaches waived, in between. */
const steps = fc.oneof(arrivals(wild), arrivals(complete)).chain(([, messages]) =>
  fc
    .array(
      fc.record({
        at: fc.nat(messages.length),
        step: fc.oneof(
          fc.record({ does: fc.constantFrom("park" as const, "settle" as const), id: fc.constantFrom("p1", "p2") }),
          fc.record({
            does: fc.constant("waive" as const),
            breach: fc.constantFrom("overproduction/10", "unitNotPlanned/10", "reportAfterCancellation/20")
          })
        )
      }),
      { maxLength: 6 }
    )
    .map((between) => {
      const all: Array<Step> = messages.map((message) => ({ does: "message", message }))
      for (const { at, step } of between) all.splice(at, 0, step)
      return all
    })
)

/** Computed from the events alone, but for the holes, which come from the messages. */
class Model {
  readonly open = new Map<string, number>()
  readonly waiting = new Map<string, string>()
  readonly seen = new Map<string, Set<number>>()
  readonly final = new Map<number, boolean>()
  readonly withheld = new Set<number>()
  /** Documents let go in this turn, at once or after a wait. */
  released: Array<number> = []

  see({ source, sequence, corrects }: MessageMetadata): void {
    if (sequence === undefined) return
    const sender = corrects?.source ?? source
    this.seen.set(sender, (this.seen.get(sender) ?? new Set()).add(sequence))
  }

  get gap(): boolean {
    const hole = [...this.seen.values()].some((seen) => Math.max(...seen) > seen.size)
    const parked = [...this.open.keys()].some((reason) => reason.startsWith("parked"))
    const directive = [...this.waiting.values()].some((waitsFor) => waitsFor !== "gap")
    return hole || parked || directive
  }

  withholds(version: number): boolean {
    return [...this.open.values()].some((since) => since <= version) || (this.final.get(version) === true && this.gap)
  }

  hear(event: Event, version: number, own: MessageMetadata): void {
    const key = messageKey(own)
    const type = event.type === "MessageNoted" ? event.data.type : event.type
    if (type.startsWith("Production") || type.startsWith("Report")) this.waiting.delete(key)
    if (event.type === "MessageDeferred") this.waiting.set(key, event.data.waitsFor)
    if (event.type === "MessageParked") this.open.set(`parked ${own.messageId}`, version)
    if (event.type === "ParkedMessageSettled") this.open.delete(`parked ${event.data.message.messageId}`)
    if (event.type === "BreachFound") this.open.set(event.data.breach, event.data.since)
    if (event.type === "BreachWithdrawn" || event.type === "BreachWaived") this.open.delete(event.data.breach)
    if (event.type === "PostingsFreed") {
      for (const freed of event.data.versions) {
        expect(this.withheld.delete(freed), "only what is withheld is freed").toBe(true)
        this.released.push(freed)
      }
    }
    if ("posting" in event.data && "orderId" in event.data) {
      const ofTaken =
        "version" in event.data && this.withheld.has(event.data.version) && this.final.get(event.data.version)
      this.final.set(version, ("final" in event.data && event.data.final === true) || ofTaken === true)
      if (event.data.posting === "withheld") this.withheld.add(version)
      else this.released.push(version)
    }
  }
}

/** The events of a document's own kind; a reversal of what makes no document asks for none. */
const asksForNothing = (events: ReadonlyArray<Event>, version: number): boolean => {
  const event = events[version - 1]
  if (event?.type !== "ReportReversed") return false
  const taken = events[event.data.version - 1]
  return taken?.type === "NonconformanceRaised" || taken?.type === "OperationStarted"
}

it("documents are withheld exactly as long as something withholds them", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const order = specification(orderDecider)
      const model = new Model()
      let notices = 0
      const turn = (message: floor.Message) => {
        const from = order.version
        model.see(message.metadata)
        for (const { decision, metadata, version } of order.deciding(message)) model.hear(decision, version, metadata)
        expect(order.version).toBeGreaterThan(from)
      }
      for (const step of all) {
        model.released = []
        if (step.does === "message") turn(step.message)
        if (step.does === "park" && !model.open.has(`parked ${step.id}`)) {
          const metadata = floor.metadata({ id: step.id })
          const event: Event = {
            type: "MessageParked",
            data: { failure, subject: floor.parkedSubject({ id: step.id }) }
          }
          order.given(metadata, event)
          model.hear(event, order.version, metadata)
        }
        if (step.does === "settle") {
          const { source, messageId, digest } = floor.metadata({ id: step.id })
          const id = caseId({ source, messageId }, digest)
          turn(floor.closedNotice(`n${notices++}`, id, floor.parkedSubject({ id: step.id }), "waived"))
        }
        if (step.does === "waive") {
          turn(floor.closedNotice(`n${notices++}`, floor.someCase, floor.breachSubject(step.breach), "waived"))
        }
        for (const version of model.withheld) {
          if (asksForNothing(order.events, version)) continue
          expect(model.withholds(version), `${version} is withheld, so something withholds it`).toBe(true)
        }
        for (const version of model.released) {
          expect(model.withholds(version), `${version} was let go, so nothing withholds it`).toBe(false)
        }
      }
    }),
    { numRuns: 200 }
  )
}, 30_000)

const failure = {
  class: "DataQualityIssue",
  field: "yield.value",
  value: "x",
  reason: "No number",
  nextStep: "Correct it"
} as const
