// Where the broker's stream ends is told while messages keep coming; and a person's erasure waits for what isn't archived.
import { describe, expect, layer } from "@effect/vitest"
import { Effect, Fiber, Schedule } from "effect"
import { erasePerson, personOf } from "../../../adapters/archive/erase-person.ts"
import { behindStream, untilArchived } from "../../../adapters/archive/stream-end.ts"
import { personsLayer } from "../../../adapters/postgres/persons.ts"
import { Badge } from "../../../core/plant/identifiers.ts"
import { Broker } from "../../../core/port/broker.ts"
import { Persons } from "../../../core/port/persons.ts"
import { archiver, keptOf, numbered, publication, publish, services, ulm } from "./archiving.ts"

const holder = { plant: ulm, badge: Badge.make("BADGE-7") }
const redaction = { reason: "asked for it", by: null, at: 1_000 }

/** Says the badge where no reader looks, so that the journal doesn't tell of it. */
const aside = publication("aside", { body: Buffer.from('{"orderId":"4711","shift":{"badge":"BADGE-7"}}') })

describe("The end of the broker's stream", { timeout: 60_000 }, () => {
  layer(services, { excludeTestServices: true })((it) => {
    it.effect("is told while messages come without a pause", () =>
      Effect.gen(function* () {
        const broker = yield* Broker
        yield* Effect.andThen(publish(numbered(3)), broker.declareCommands)
        yield* broker
          .publish([publication("more")])
          .pipe(Effect.repeat(Schedule.spaced("20 millis")), Effect.forkScoped)
        expect(yield* Effect.timeout(behindStream, "10 seconds")).toBeGreaterThan(3)
      })
    )

    it.effect("is waited for where a person is erased: what is archived only then is redacted, too", () =>
      Effect.gen(function* () {
        yield* publish([aside])
        const [id] = yield* Persons.use((persons) => persons.identify([holder])).pipe(Effect.provide(personsLayer))
        const erasing = yield* Effect.forkChild(erasePerson(holder, id ?? expect.fail(), redaction, untilArchived))
        // By then an erasure that waits for nothing is over.
        yield* Effect.sleep("4 seconds")
        yield* archiver
        expect(yield* Fiber.join(erasing)).toBe(1)
        expect(yield* personOf(holder)).toBeUndefined()
        const found = (yield* keptOf(4)).filter(({ envelope }) => envelope.messageId === "aside")
        expect(found.map(({ body }) => body)).toEqual([undefined])
      })
    )
  })
})
