// A directive that waits goes on when what it names comes, whatever else was recorded under its envelope meanwhile.
import { describe, expect, it } from "vitest"
import { behavioursBy } from "../../actors/behaviours.ts"
import { PartitionState } from "../../actors/partition-state.ts"
import type { Received } from "../../core/decider.ts"
import { genesis, sha256 } from "../../core/journal/hash.ts"
import { orderStream, type StreamName } from "../../core/journal/stream.ts"
import { OrderId, PlantId, Source } from "../../core/plant/identifiers.ts"
import type { CanonicalMessage, Incoming } from "../../core/port/door.ts"
import * as store from "./lot/store.ts"
import * as floor from "./order/floor.ts"

const plant = PlantId.make("ulm")
const digestOf = (text: string) => sha256(new TextEncoder().encode(text))

/** As the broker delivers it; `digest` where its body isn't its own. */
const incoming = (stream: StreamName, made: Received<CanonicalMessage>, digest?: string): Incoming => {
  const { metadata, ...message } = made
  return {
    stream,
    metadata: digest === undefined ? metadata : { ...metadata, digest: digestOf(digest) },
    content: { _tag: "Understood", message },
    redelivered: false,
    delivery: {
      queue: "traveler.in.ulm",
      plant,
      exchange: "mes.events",
      type: message.type,
      contentType: "application/json",
      schemaVersion: "1",
      routingKey: `ulm.${message.type}`,
      redelivered: false,
      body: new Uint8Array([1])
    }
  }
}

const partition = () => {
  const head = { offset: 0, hash: genesis, recordedAt: 0, lastKey: 0 }
  const state = new PartitionState(3, head, behavioursBy({ negativeStock: "case" }))
  return (...messages: ReadonlyArray<Incoming>) =>
    state.decide(messages, 5, new Map()).append.rows.map(({ type }) => type)
}

const ofLot = (made: Received<CanonicalMessage>, digest?: string) => incoming(store.stream, made, digest)
const order = orderStream(plant, OrderId.make(floor.orderId))

describe("a reversal that waits goes on though", () => {
  it("its body came again without an id", () => {
    const decide = partition()
    const reversal = ofLot(store.reversed("sha256:abc", "s1"))
    expect(decide(reversal)).toEqual(["LotReversalDeferred"])
    expect(decide(reversal)).toEqual(["DuplicateSuspected"])
    expect(decide(ofLot(store.shipped("s1", 10, 1)))).toContain("LotReportReversed")
  })

  it("another body came under its id", () => {
    const decide = partition()
    decide(ofLot(store.reversed("r1", "s1")))
    expect(decide(ofLot(store.reversed("r1", "s2"), "other"))).toEqual(["MessageParked"])
    expect(decide(ofLot(store.shipped("s1", 10, 1)))).toContain("LotReportReversed")
  })

  it("an equal body came before, from another sender, about a report of its own", () => {
    const decide = partition()
    const bySecond = (made: Received<CanonicalMessage>) => ({
      ...made,
      metadata: { ...made.metadata, source: Source.make("ulm/mes.events/second") }
    })
    decide(ofLot(store.reversed("r1", "s1"), "same"))
    expect(decide(ofLot(bySecond(store.reversed("r1", "s1")), "same"))).toEqual([
      "LotReversalDeferred",
      "DuplicateSuspected"
    ])
    expect(decide(ofLot(store.shipped("s1", 10, 1)))).toContain("LotReportReversed")
    expect(decide(ofLot(bySecond(store.shipped("s1", 11, 1))))).toContain("LotReportReversed")
  })

  it("it is an order's, and its body came again", () => {
    const decide = partition()
    const reversal = incoming(order, floor.reversed({ id: "sha256:abc", source: floor.mes }, "c1"))
    decide(reversal)
    expect(decide(reversal)).toEqual(["DuplicateSuspected"])
    expect(decide(incoming(order, floor.confirmed({ id: "c1" })))).toContain("ReportReversed")
  })
})
