// The order actor against the independent model of the end-to-end tests, message by message, on many made-up plants.
import { describe, expect, it } from "vitest"
import { behavioursBy } from "../../../actors/behaviours.ts"
import { PartitionState } from "../../../actors/partition-state.ts"
import { understand } from "../../../actors/understand.ts"
import { outcomeMessage } from "../../../adapters/erp/poster-outcome.ts"
import { madeUpOrders } from "../../../adapters/simulator/orders.ts"
import { chance } from "../../../adapters/simulator/random.ts"
import { type Played, withTrouble } from "../../../adapters/simulator/trouble.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { genesis } from "../../../core/journal/hash.ts"
import { recordedEvent } from "../../../core/journal/recorded.ts"
import { StreamName } from "../../../core/journal/stream.ts"
import { OrderId, PlantId } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import type { Incoming } from "../../../core/port/door.ts"
import { evolve, type Posting } from "../../../projections/postings/posting.ts"
import { OrderModel } from "../../end-to-end/order-model.ts"
import { confirmation } from "../../erp/documents.ts"

const plant = PlantId.make("model")
const receivedAt = OccurredAt.make("2026-11-23T06:00:00Z")

const incomingOf = ({ publication }: Played) =>
  understand({ ...publication, queue: `traveler.in.${plant}`, plant, redelivered: false }, receivedAt)

/** The ERP's refusal of this document. */
const refusal = ({ attempts, content, key, stream }: Posting): Incoming => {
  const document = confirmation(plant, content.orderId ?? "", 1)
  const posting = {
    key,
    stream: StreamName(stream),
    attempts,
    document,
    isGrouped: false,
    mode: "on" as const,
    wasRefused: false,
    recordedAt: 0
  }
  const why = { class: "BusinessRuleViolation", code: "NO", reason: "No", field: "code", nextStep: "Ask" }
  const outcome = { type: "PostingFailed", ...why } as const
  return outcomeMessage("model", { posting, attempt: attempts + 1, outcome, traceparent: undefined }, 0)
}

/** What an order's events ask for, each document by its kind and the report that it posts or takes back. */
class Documents {
  readonly #postings = new Map<string, Posting>()
  readonly #names = new Map<string, string>()

  hear(event: RecordedEvent): void {
    for (const posting of evolve((key) => this.#postings.get(key), event)) {
      this.#postings.set(posting.key, posting)
      if (!this.#names.has(posting.key)) this.#names.set(posting.key, `${posting.kind} of ${reportOf(posting, event)}`)
    }
  }

  states(): ReadonlyArray<string> {
    return [...this.#postings.values()].map(({ key, state }) => `${this.#names.get(key)}: ${state}`).sort()
  }

  requested(): ReadonlyArray<readonly [name: string, posting: Posting]> {
    return [...this.#postings.values()]
      .filter(({ state }) => state === "Requested")
      .map((posting) => [this.#names.get(posting.key) ?? "", posting] as const)
  }
}

const reportOf = ({ kind }: Posting, { data, metadata }: RecordedEvent): string => {
  if (kind === "confirmation") return metadata.messageId
  const named = "reverses" in data ? data.reverses : "corrects" in data ? data.corrects : undefined
  return named?.messageId ?? "?"
}

const play = (seed: number, refused: number) => {
  const state = new PartitionState(
    0,
    { offset: 0, hash: genesis, recordedAt: 0, lastKey: 0 },
    behavioursBy({ negativeStock: "case" })
  )
  const orders = new Map<string, { model: OrderModel; documents: Documents }>()
  const random = chance(seed)
  const trouble = { seed, duplicates: 0.2, reordered: 0.3, bad: 0.03 }
  for (const one of withTrouble(plant, madeUpOrders({ seed, orders: 40, overproduced: 0.2 }), trouble)) {
    const order = orders.get(one.message.orderId) ?? { model: new OrderModel(), documents: new Documents() }
    orders.set(one.message.orderId, order)
    const { model, documents } = order
    const take = (incoming: Incoming) => {
      const { rows } = state.decide([incoming], 1, new Map()).append
      if (incoming.stream.startsWith("order/")) for (const row of rows) documents.hear(recordedEvent(row))
    }
    model.take(one)
    take(incomingOf(one))
    for (const [name, posting] of documents.requested()) {
      if (!random.happens(refused)) continue
      take(refusal(posting))
      const same = model.documents.find(({ kind, report }) => `${kind} of ${report}` === name)
      if (same !== undefined) model.refuse(same)
    }
    const told = `${OrderId.make(one.message.orderId)} after ${one.message.messageId}`
    const expected = model.documents.map(({ ended, kind, refused: isRefused, report, withheld }) => {
      const is = ended ? "Withdrawn" : isRefused ? "Failed" : withheld ? "Withheld" : "Requested"
      return `${kind} of ${report}: ${is}`
    })
    expect([told, ...documents.states()]).toEqual([told, ...expected.sort()])
  }
}

const seeds = Array.from({ length: 20 }, (_, index) => index + 1)

describe("the order actor asks for, withholds and withdraws exactly what the model does", () => {
  it.each(seeds)("in a made-up plant of seed %i", (seed) => play(seed, 0))
  it.each(seeds)("in one of seed %i whose ERP refuses now and then", (seed) => play(seed, 0.1))
})
