// The events of many streams from a real journal, with what their sender wrote.
import { it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { describe, expect } from "vitest"
import { redact } from "../../../adapters/archive/redact.ts"
import { archive } from "../../../adapters/archive/write.ts"
import { eventsOf, originalsOf } from "../../../adapters/epcis/gather.ts"
import { imported } from "../../../adapters/epcis/messages.ts"
import { readDocument } from "../../../adapters/epcis/read.ts"
import { recallDocument } from "../../../adapters/epcis/recall.ts"
import { encode } from "../../../core/journal/codec.ts"
import type { EventRow } from "../../../core/journal/event.ts"
import { eventHash, sha256 } from "../../../core/journal/hash.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { lotStream, orderStream, partitionOf } from "../../../core/journal/stream.ts"
import { ItemId, LotId, OrderId, PlantId } from "../../../core/plant/identifiers.ts"
import { LotScope } from "../../../core/plant/lot.ts"
import { type Cut, everything } from "../../../projections/cut.ts"
import { temporaryJournal } from "../../harness/database.ts"
import { arrivalOf } from "../archive/archiving.ts"
import { faultsOf, isAbsent, parsed } from "./official.ts"
import { sentBy, understood } from "./recorded.ts"

const ulm = PlantId.make("ulm")
const partitions = 4

const partnersEvent = (lot: string, quantity: string, time = "2026-11-23T05:00:00Z") => `{
  "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"acme": "https://acme.example/"}],
  "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "receiving", "acme:note": "cold",
  "eventTime": "${time}", "eventTimeZoneOffset": "+01:00", "readPoint": {"id": "urn:epc:id:sgln:4012345.00005.0"},
  "quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.${lot}", "quantity": ${quantity}, "uom": "KGM"}]}`

/** Records what an import sends; the archive keeps it. */
const record = (...documents: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    const sent = documents.flatMap((text) =>
      sentBy(Result.getOrThrow(imported(ulm, Result.getOrThrow(readDocument(text)))))
    )
    const plan = sent.flatMap((publication) => understood(publication).map((event) => ({ ...event, publication })))
    for (let partition = 0; partition < partitions; partition++) {
      const own = plan.filter(({ stream }) => partitionOf(stream, partitions) === partition)
      if (own.length === 0) continue
      const { hash } = yield* journal.head(partition)
      let previous = hash
      const rows = own.map(({ content, stream, type }, index): EventRow => {
        const row = { partition, offset: index + 1, key: index + 1, stream, version: 1, type, schemaVersion: 1 }
        const whole = { ...row, recordedAt: 1_764_000_000_000 + index, content: encode(content) }
        previous = eventHash(previous, whole)
        return { ...whole, hash: previous }
      })
      yield* journal.append({
        partition,
        rows,
        contents: own.map(({ content }) => content),
        newStreams: rows.map(({ key, stream }) => ({ key, name: stream })),
        raw: []
      })
    }
    yield* archive(
      undefined,
      1,
      sent.map((publication, offset) => arrivalOf(offset, publication)),
      1_764_000_000_000
    )
    return plan.map(({ stream }) => stream)
  })

const scope = LotScope.make("enterprise")
const item = ItemId.make("04012345123456")
const lotCalled = (lot: string) => lotStream({ scope, itemId: item, lotId: LotId.make(lot) })

const lots = Array.from({ length: 12 }, (_, number) => `L${number}`)
/** More than are asked for at once. */
const unknown = Array.from({ length: 2_500 }, (_, number) => lotCalled(`X${number}`))

describe.skipIf(isAbsent)("a journal with a partner's events (skipped where ../shared is absent)", () => {
  it.live("many streams are read at once, and each event is written as it came", () =>
    Effect.gen(function* () {
      const documents = lots.map((lot) => partnersEvent(lot, "200.5000"))
      const streams = yield* record(...documents)
      const events = yield* eventsOf([...streams.slice(6), ...unknown, ...streams])
      expect(events.map(({ stream }) => stream).toSorted()).toEqual(streams.toSorted())
      const originals = yield* originalsOf(events)
      expect(originals.size).toBe(lots.length)

      const chosen = ["L7", "L11"]
      const report = {
        lots: chosen.map((lot) => ({ item, lot: LotId.make(lot), scope })),
        links: [{ from: lotCalled("L7"), through: "consumption", to: orderStream(ulm, OrderId.make("PO-1")) }]
      } as const
      const document = yield* recallDocument(report, everything)
      expect(faultsOf(document)).toEqual([])
      const found = parsed(document).events.map(({ eventID }) => eventID)
      const hashes = chosen.map((lot) => Result.getOrThrow(readDocument(partnersEvent(lot, "200.5")))[0]?.hash)
      expect(found).toHaveLength(2)
      expect(new Set(found)).toEqual(new Set(hashes))

      // What was redacted is no longer written as it came; the others are.
      const [gone] = sentBy(Result.getOrThrow(imported(ulm, Result.getOrThrow(readDocument(documents[0] ?? "")))))
      yield* redact([sha256(gone?.body ?? new Uint8Array())], {
        reason: "a name in it",
        by: null,
        at: 1_764_000_000_000
      })
      expect((yield* originalsOf(events)).size).toBe(lots.length - 1)

      // Known by then, valid by then, within the prefix: otherwise it isn't there.
      const cut = (of: Cut) => Effect.map(recallDocument(report, of), (text) => parsed(text).events.length)
      expect(yield* cut({ recordedBy: 1_763_000_000_000 })).toBe(0)
      expect(yield* cut({ occurredBy: Date.parse("2026-11-23T04:59:59Z") })).toBe(0)
      expect(yield* cut({ prefix: new Map() })).toBe(0)
      expect(yield* cut({ occurredBy: Date.parse("2026-11-23T05:00:00Z"), recordedBy: 1_765_000_000_000 })).toBe(2)
    }).pipe(Effect.provide(temporaryJournal({ partitions })))
  )
})
