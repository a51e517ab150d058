// The contract kit of the port `Erp`: every adapter passes it. An adapter brings its `Erp` and `ErpControls`, the few
// things that a test must be able to arrange in the ERP; what the ERP can't do is left out by a capability flag.
import { expect, layer } from "@effect/vitest"
import { type Duration, Effect, type Layer, Option, Schema } from "effect"
import { understand } from "../../actors/understand.ts"
import { ItemId, OperationId, OrderId, type PlantId } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { exchanges, inboundQueue } from "../../core/port/broker.ts"
import { Erp, type ErpChange } from "../../core/port/erp.ts"
import { aPreparedPlant, type Capabilities, ErpControls, inItsWords, soon } from "./controls.ts"
import { aPlant, reversal } from "./documents.ts"
import { booksContract } from "./tck-books.ts"

/** What the ERP tells from there on, page after page, and where it ends. */
const told = Effect.fnUntraced(function* (plant: PlantId, after?: string) {
  const erp = yield* Erp
  const changes: Array<ErpChange> = []
  let cursor = after
  while (true) {
    const page = yield* erp.changes(plant, cursor)
    changes.push(...page.changes)
    cursor = page.cursor
    if (!page.more) return { changes, cursor }
  }
})

/** One that no other test has. */
const anItem = () => ItemId.make(`STEEL/7 ü ${aPlant()}`)

const decodeItem = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Struct({ itemId: Schema.String, description: Schema.optionalKey(Schema.String) }))
)

/** What was told of one item; a company's items may be every plant's. */
const about = (item: ItemId, changes: ReadonlyArray<ErpChange>) =>
  changes.flatMap(({ body, id, type }) => {
    const said = Option.getOrUndefined(decodeItem(body))
    return type === "MaterialDefinitionPublished" && said?.itemId === item
      ? [{ id, description: said.description }]
      : []
  })

export const erpContract = <E>(
  name: string,
  adapter: Layer.Layer<Erp | ErpControls, E>,
  can: Capabilities,
  timeout: Duration.Input = "30 seconds"
) =>
  layer(adapter, { timeout, excludeTestServices: true })(`Erp contract: ${name}`, (it) => {
    const { documents } = can

    it.effect("posts a document and reads back exactly what was sent, as far as it has words for it", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const document = documents.ofOrder(yield* aPreparedPlant, "O-1", 2)
        const content = yield* inItsWords(document)
        const number = yield* erp.post(document, soon())
        expect(Option.getOrThrow(yield* erp.readBack(number))).toEqual({ document: number, content })
        expect(Option.getOrThrow(yield* erp.findByKey(document.key))).toEqual({ document: number, content })
      })
    )

    const { group } = documents
    if (group !== undefined) {
      it.effect("posts what an order's reports come to, and later ones of the same order as another document", () =>
        Effect.gen(function* () {
          const erp = yield* Erp
          const plant = yield* aPreparedPlant
          const numbers = new Set<string>()
          for (const version of [2, 7]) {
            const document = group(plant, "O-1", version)
            const number = yield* erp.post(document, soon())
            numbers.add(number)
            const held = Option.getOrThrow(yield* erp.readBack(number))
            expect(held).toEqual({ document: number, content: yield* inItsWords(document) })
          }
          expect(numbers.size).toBe(2)
        })
      )
    }

    it.effect("keeps identifiers and texts of any script, and long decimals, as they are", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const document = documents.odd(yield* aPreparedPlant)
        const number = yield* erp.post(document, soon())
        expect(Option.getOrThrow(yield* erp.readBack(number)).content).toEqual(yield* inItsWords(document))
        expect(Option.getOrThrow(yield* erp.findByKey(document.key)).document).toBe(number)
      })
    )

    it.effect("answers a second post of the same document with the same number", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const document = documents.ofOrder(yield* aPreparedPlant, "O-1", 2)
        const [first, second] = yield* Effect.all([erp.post(document, soon()), erp.post(document, soon())], {
          concurrency: 2
        })
        expect(second).toBe(first)
        expect(yield* erp.post(document, soon())).toBe(first)
      })
    )

    it.effect("refuses other content under a key that is taken, as a data-quality issue", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const plant = yield* aPreparedPlant
        const document = documents.ofOrder(plant, "O-1", 2, "10")
        const number = yield* erp.post(document, soon())
        const failure = yield* Effect.flip(erp.post(documents.ofOrder(plant, "O-1", 2, "11"), soon()))
        expect(failure._tag).toBe("DataQualityIssue")
        expect(Option.getOrThrow(yield* erp.readBack(number)).content).toEqual(yield* inItsWords(document))
      })
    )

    it.effect("finds nothing where nothing was posted", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        expect(Option.isNone(yield* erp.findByKey(documents.ofOrder(aPlant(), "O-1", 2).key))).toBe(true)
        expect(Option.isNone(yield* erp.readBack("1"))).toBe(true)
      })
    )

    it.effect("holds a movement of a lot as it was sent, and takes it back", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const document = documents.movement(yield* aPreparedPlant, "L-1", 2, "in")
        const number = yield* erp.post(document, soon())
        expect(Option.getOrThrow(yield* erp.readBack(number)).content).toEqual(yield* inItsWords(document))
        const back = reversal(document, 3)
        const numberBack = yield* erp.post(back, soon())
        expect(Option.getOrThrow(yield* erp.readBack(numberBack)).content).toEqual(yield* inItsWords(back))
      })
    )

    it.effect("reverses a document once", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const document = documents.reversible(yield* aPreparedPlant, 2)
        yield* erp.post(document, soon())
        const back = reversal(document, 3)
        const number = yield* erp.post(back, soon())
        const { reverses } = yield* inItsWords(back)
        expect(reverses).toBeDefined()
        expect(Option.getOrThrow(yield* erp.readBack(number)).content.reverses).toBe(reverses)
        const again = yield* Effect.flip(erp.post(reversal(document, 4), soon()))
        expect(again._tag).toBe("BusinessRuleViolation")
      })
    )

    it.effect("refuses to reverse what was never posted", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const document = documents.reversible(yield* aPreparedPlant, 2)
        const failure = yield* Effect.flip(erp.post(reversal(document, 3), soon()))
        expect(failure._tag).toBe("BusinessRuleViolation")
      })
    )

    it.effect("writes nothing once the time to send is over", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const document = documents.ofOrder(yield* aPreparedPlant, "O-1", 2)
        const failure = yield* Effect.flip(erp.post(document, performance.now() - 1))
        expect(failure._tag).toBe("TechnicalFailure")
        expect(Option.isNone(yield* erp.findByKey(document.key))).toBe(true)
      })
    )

    if (can.changes === "each") {
      it.effect("tells what was changed, in its order, once, and the same again from an older cursor", () =>
        Effect.gen(function* () {
          const controls = yield* ErpControls
          const [plant, other] = [yield* aPreparedPlant, yield* aPreparedPlant]
          const item = ItemId.make("STEEL/7 ü")
          yield* controls.changeItem(plant, item, "first")
          const first = yield* told(plant)
          expect(first.changes.map(({ type }) => type)).toEqual(["MaterialDefinitionPublished"])
          expect(yield* told(plant, first.cursor)).toEqual({ changes: [], cursor: first.cursor })
          yield* controls.changeItem(other, item, "theirs")
          const words = Array.from({ length: 12 }, (_, index) => `change ${index}`)
          for (const word of words) yield* controls.changeItem(plant, item, word)
          const second = yield* told(plant, first.cursor)
          expect(second.changes.map(({ body }): string => JSON.parse(body).description)).toEqual(words)
          const all = [...first.changes, ...second.changes]
          expect((yield* told(plant)).changes).toEqual(all)
          const ids = all.map(({ id }) => id)
          expect(ids.toSorted()).toEqual(ids)
          expect(new Set(ids).size).toBe(ids.length)
        })
      )
    } else {
      it.effect("tells of what was changed as it is now, once, and the same again from an older cursor", () =>
        Effect.gen(function* () {
          const controls = yield* ErpControls
          const plant = yield* aPreparedPlant
          const item = anItem()
          yield* controls.changeItem(plant, item, "first")
          const first = yield* told(plant)
          expect(about(item, first.changes).map(({ description }) => description)).toEqual(["first"])
          expect(yield* told(plant, first.cursor)).toEqual({ changes: [], cursor: first.cursor })
          for (const word of ["second", "third"]) yield* controls.changeItem(plant, item, word)
          const second = yield* told(plant, first.cursor)
          expect(about(item, second.changes).map(({ description }) => description)).toEqual(["third"])
          const all = (yield* told(plant)).changes
          expect(about(item, all)).toEqual(about(item, second.changes))
          const ids = all.map(({ id }) => id)
          expect(ids.toSorted()).toEqual(ids)
          expect(new Set(ids).size).toBe(ids.length)
        })
      )
    }

    it.effect("tells of changes in the words of the broker's contract", () =>
      Effect.gen(function* () {
        const controls = yield* ErpControls
        const plant = yield* aPreparedPlant
        yield* controls.changeItem(plant, anItem(), "bar")
        const { changes } = yield* told(plant)
        const understood = changes.map(({ body, id, type }) =>
          understand(
            {
              queue: inboundQueue(plant),
              plant,
              exchange: exchanges.erpEvents,
              routingKey: `${plant}.${type}`,
              redelivered: false,
              type,
              contentType: "application/json",
              schemaVersion: "1",
              messageId: id,
              body: new TextEncoder().encode(body)
            },
            OccurredAt.make("2026-11-23T06:00:00Z")
          )
        )
        expect(understood.length).toBeGreaterThan(0)
        expect(understood.map(({ content, metadata }) => [content._tag, metadata.messageId])).toEqual(
          changes.map(({ id }) => ["Understood", id])
        )
      })
    )

    if (can.closedPeriods) {
      it.effect("refuses a closed period as a business rule, and posts once it is open", () =>
        Effect.gen(function* () {
          const erp = yield* Erp
          const controls = yield* ErpControls
          const document = documents.ofOrder(yield* aPreparedPlant, "O-1", 2)
          yield* controls.closePeriod(document.plant, document.postingDate)
          const failure = yield* Effect.flip(erp.post(document, soon()))
          expect(failure._tag).toBe("BusinessRuleViolation")
          if (failure._tag !== "BusinessRuleViolation") return
          expect(erp.capabilities.obstacleOf(failure)).toMatchObject({ is: "closedPeriod" })
          expect(Option.isNone(yield* erp.findByKey(document.key))).toBe(true)
          yield* controls.openPeriods(document.plant)
          yield* erp.post(document, soon())
        })
      )
    }

    if (can.lockedOrders) {
      it.effect("calls a locked order technical, and posts once it is unlocked", () =>
        Effect.gen(function* () {
          const erp = yield* Erp
          const controls = yield* ErpControls
          const document = documents.ofOrder(yield* aPreparedPlant, "O-1", 2)
          yield* controls.lockOrder(document.plant, OrderId.make("O-1"), true)
          expect((yield* Effect.flip(erp.post(document, soon())))._tag).toBe("TechnicalFailure")
          yield* controls.lockOrder(document.plant, OrderId.make("O-1"), false)
          yield* erp.post(document, soon())
        })
      )
    }

    if (can.finalIsLast) {
      it.effect("refuses what comes after a final confirmation as a business rule, until that is reversed", () =>
        Effect.gen(function* () {
          const erp = yield* Erp
          const controls = yield* ErpControls
          const final = { ...documents.ofOrder(yield* aPreparedPlant, "O-1", 2), final: true }
          yield* controls.letFinalBeLast(final.plant)
          yield* erp.post(final, soon())
          const late = documents.ofOrder(final.plant, "O-1", 3)
          expect((yield* Effect.flip(erp.post(late, soon())))._tag).toBe("BusinessRuleViolation")
          const next = { ...documents.ofOrder(final.plant, "O-1", 5), operationId: OperationId.make("0020") }
          yield* erp.post(next, soon())
          yield* erp.post(reversal(final, 4), soon())
          yield* erp.post(late, soon())
        })
      )
    }

    if (can.lostAnswers) {
      it.effect("says that the outcome is unknown when the answer is lost; the document is found by key", () =>
        Effect.gen(function* () {
          const erp = yield* Erp
          const controls = yield* ErpControls
          const document = documents.ofOrder(yield* aPreparedPlant, "O-1", 2)
          yield* controls.loseNextAnswer(document.plant)
          expect((yield* Effect.flip(erp.post(document, soon())))._tag).toBe("OutcomeUnknown")
          const found = Option.getOrThrow(yield* erp.findByKey(document.key))
          expect(found.content).toEqual(yield* inItsWords(document))
          expect(yield* erp.post(document, soon())).toBe(found.document)
        })
      )
    }

    if (can.outages) {
      it.effect("calls an ERP that is down technical: nothing was posted", () =>
        Effect.gen(function* () {
          const erp = yield* Erp
          const controls = yield* ErpControls
          const document = documents.ofOrder(yield* aPreparedPlant, "O-1", 2)
          yield* controls.failNext(document.plant)
          const failure = yield* Effect.flip(erp.post(document, soon()))
          expect(failure._tag).toBe("TechnicalFailure")
          expect(Option.isNone(yield* erp.findByKey(document.key))).toBe(true)
        })
      )
    }

    booksContract(it, can)
  })
