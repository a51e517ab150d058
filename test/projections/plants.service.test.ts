// The view `plants`: what is done with a document is what held for its kind when what it reports happened.
import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import type { Event as OrderEvent } from "../../actors/order/event.ts"
import { orderOf, plantStream } from "../../core/journal/stream.ts"
import { ItemId, MessageId, OperationId, OrderId, PlantId } from "../../core/plant/identifiers.ts"
import type { PostedKind, PostingMode } from "../../core/plant/posting-mode.ts"
import { postingKey } from "../../core/port/erp.ts"
import { kindsPosted } from "../../projections/plants/queries.ts"
import { postingsOfOrder } from "../../projections/postings/queries.ts"
import { temporaryClient } from "../harness/database.ts"
import { at, order, plant, quantity, Writer } from "./events.ts"
import { follow, startAnew } from "./follow.ts"

const stream = order("4711")
const orderId = OrderId.make(orderOf(stream))
const operationId = OperationId.make("10")
const itemId = ItemId.make("STEEL")

/** Times are minutes. */
class Plant {
  readonly writer = new Writer()

  decided(mode: PostingMode, from: number, kinds: ReadonlyArray<PostedKind> = ["confirmation"], on = plant): this {
    const data = { plantId: on, kinds, mode, from: at(from), reason: "Step by step" }
    this.writer.write(plantStream(on), { type: "PostingModeSet", data })
    return this
  }

  #wrote(event: OrderEvent, minute: number): this {
    this.writer.write(stream, event, { minute })
    return this
  }

  confirmed(minute: number): this {
    const data = { orderId, operationId, posting: "requested", yield: quantity("5") } as const
    return this.#wrote({ type: "OperationConfirmed", data }, minute)
  }

  consumed(minute: number): this {
    const materials = [{ itemId, quantity: quantity("2", "KGM") }] as const
    return this.#wrote({ type: "MaterialConsumed", data: { orderId, posting: "requested", materials } }, minute)
  }

  corrected(minute: number, version: number): this {
    const about = { orderId, operationId, posting: "requested", reason: "Typing", yield: quantity("6") } as const
    const corrects = { messageId: MessageId.make("m") }
    return this.#wrote({ type: "ReportCorrected", data: { ...about, corrects, version } }, minute)
  }

  found(version: number): this {
    const data = { posting: postingKey(stream, version, "confirmation"), attempt: 2, document: "4711001" }
    return this.#wrote({ type: "PostingAdopted", data }, 0)
  }

  verified(version: number): this {
    const posting = postingKey(stream, version, "confirmation")
    return this.#wrote({ type: "PostingVerified", data: { posting, attempt: 1, document: "4711" } }, 0)
  }

  reversed(minute: number, version: number, material = false): this {
    const about = {
      orderId,
      posting: "requested",
      reverses: { messageId: MessageId.make("m") },
      reason: "Typing"
    } as const
    return this.#wrote(
      { type: "ReportReversed", data: { ...about, version, ...(material ? { material } : {}) } },
      minute
    )
  }
}

/** Kind and mode of each document, as they were asked for. */
const modes = Effect.fnUntraced(function* ({ writer }: Plant) {
  yield* startAnew(writer.partitions)
  yield* follow(writer)
  const rows = yield* postingsOfOrder(plant, orderId)
  return rows.toSorted((left, right) => left.version - right.version).map(({ kind, mode }) => `${kind} ${mode}`)
})

layer(temporaryClient, { timeout: 60_000, excludeTestServices: true })("what is done with a document", (it) => {
  describe("is what held", () => {
    it.effect("when it happened, however late it is reported", () =>
      Effect.gen(function* () {
        const plants = new Plant().decided("off", 0).decided("shadow", 10).decided("on", 20)
        expect(yield* modes(plants.confirmed(25).confirmed(15).confirmed(5).confirmed(20))).toEqual([
          "confirmation on",
          "confirmation shadow",
          "confirmation off",
          "confirmation on"
        ])
      })
    )

    it.effect("for its kind; a reversal is of the kind of what it takes back", () =>
      Effect.gen(function* () {
        const plants = new Plant().decided("shadow", 0).decided("off", 0, ["goodsMovement"])
        plants.confirmed(1).consumed(1).reversed(2, 1).reversed(2, 2, true)
        expect(yield* modes(plants)).toEqual([
          "confirmation shadow",
          "goodsMovement off",
          "reversal shadow",
          "reversal off"
        ])
      })
    )

    it.effect.each(["off", "shadow"] as const)(
      "(%s) for what it takes back or replaces: what people posted is mended by people, or the whole of it would be posted anew",
      (mode) =>
        Effect.gen(function* () {
          const plants = new Plant().decided(mode, 0).decided("on", 10)
          plants.confirmed(5).corrected(15, 1).confirmed(5).reversed(15, 3)
          expect(yield* modes(plants)).toEqual([
            `confirmation ${mode}`,
            `reversal ${mode}`,
            `confirmation ${mode}`,
            `confirmation ${mode}`,
            `reversal ${mode}`
          ])
        })
    )

    it.effect("when it is taken back or replaced, where theirs was found", () =>
      Effect.gen(function* () {
        const plants = new Plant().decided("shadow", 0).decided("on", 10)
        plants.confirmed(5).found(1).corrected(15, 1)
        expect(yield* modes(plants)).toEqual(["confirmation on", "reversal on", "confirmation on"])
      })
    )

    it.effect("by the last word on that time", () =>
      Effect.gen(function* () {
        const plants = new Plant().decided("shadow", 0).decided("on", 10).decided("shadow", 10)
        expect(yield* modes(plants.confirmed(15))).toEqual(["confirmation shadow"])
      })
    )
  })

  describe("before a plant's first word", () => {
    it.effect.each([
      ["off", "off"],
      ["shadow", "shadow"],
      ["on", "shadow"]
    ] as const)("%s it is %s: people posted what had happened", ([first, held]) =>
      Effect.gen(function* () {
        const plants = new Plant().decided(first, 10).decided("on", 20)
        expect(yield* modes(plants.confirmed(5).confirmed(25))).toEqual([`confirmation ${held}`, "confirmation on"])
      })
    )
  })

  it.effect("of which nobody has said anything is posted; so is what another plant decided about", () =>
    Effect.gen(function* () {
      const elsewhere = new Plant().decided("off", 0, ["confirmation"], PlantId.make("elsewhere"))
      expect(yield* modes(elsewhere.confirmed(5))).toEqual(["confirmation on"])
    })
  )

  it.effect("that was posted without a word of anybody's is of a kind of which a first word must say so", () =>
    Effect.gen(function* () {
      const posted = new Plant().confirmed(5).consumed(6).verified(1)
      yield* modes(posted)
      expect(yield* kindsPosted(plant)).toEqual(["confirmation"])
      yield* modes(new Plant().confirmed(5).verified(1).decided("on", -60))
      expect(yield* kindsPosted(plant)).toEqual([])
    })
  )
})
