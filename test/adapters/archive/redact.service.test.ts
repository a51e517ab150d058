// Redacted bytes are gone wherever they were, stay gone when they come again, and leave their hash, and all others as they were.
import { describe, expect, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { archivedByDigest } from "../../../adapters/archive/queries.ts"
import { redact, redactionOf } from "../../../adapters/archive/redact.ts"
import { archive } from "../../../adapters/archive/write.ts"
import { sha256 } from "../../../core/journal/hash.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { temporaryJournal } from "../../harness/database.ts"
import { arrivalOf, emptied, ids, kept, publication } from "./archiving.ts"

const secret = publication("secret", { correlationId: "for anna" })
const digest = sha256(secret.body)
const redaction = { reason: "asked for by the works council", by: null, at: 1_764_547_200_000 }

const others = (first: number, count: number) => Array.from({ length: count }, (_, index) => arrivalOf(first + index))
const at = (offset: number) => ({ incarnation: 1, offset })
const bytes = Effect.flatMap(Journal, ({ raw }) => raw(digest))

describe("Redaction", () => {
  layer(temporaryJournal({ partitions: 1 }), { excludeTestServices: true })((it) => {
    it.effect("takes the bytes out of their block, leaves the hash, and every other message as it was", () =>
      Effect.gen(function* () {
        yield* emptied
        yield* archive(undefined, 1, [...others(0, 50), arrivalOf(50, secret), ...others(51, 49)], 1_000)
        const before = yield* kept
        expect(yield* bytes).toBeDefined()
        yield* redact([digest], redaction)
        const after = yield* kept
        expect(after.filter(({ offset }) => offset !== 50)).toEqual(before.filter(({ offset }) => offset !== 50))
        expect(after[50]).toEqual({
          incarnation: 1,
          offset: 50,
          receivedAt: 1_000,
          digest,
          envelope: {
            exchange: "mes.events",
            routingKey: "ulm.OperationStarted",
            type: "OperationStarted",
            messageId: "secret",
            appId: "mes",
            plant: "ulm",
            queue: "traveler.in.ulm"
          }
        })
        expect(yield* bytes).toBeUndefined()
        expect(yield* redactionOf(digest)).toEqual(redaction)
        const sql = yield* SqlClient.SqlClient
        expect(ids(yield* archivedByDigest(sql, digest))).toEqual(["secret"])
      })
    )

    it.effect("holds for bytes that are parked beside the journal", () =>
      Effect.gen(function* () {
        yield* emptied
        const sql = yield* SqlClient.SqlClient
        yield* sql`insert into raw (hash, bytes) values (${digest}, ${secret.body})`
        yield* redact([digest], redaction)
        expect(yield* sql`select from raw where bytes is not null`).toEqual([])
        expect(yield* bytes).toBeUndefined()
      })
    )

    it.effect("holds for what is archived only later, and for the same bytes when they come again", () =>
      Effect.gen(function* () {
        yield* emptied
        yield* redact([digest], redaction)
        yield* archive(undefined, 1, [arrivalOf(0, secret), arrivalOf(1)], 1_000)
        yield* archive(at(1), 1, [arrivalOf(2, secret)], 2_000)
        expect((yield* kept).map(({ body }) => body !== undefined)).toEqual([false, true, false])
      })
    )

    it.effect("keeps the first reason when it is repeated", () =>
      Effect.gen(function* () {
        yield* emptied
        yield* redact([digest], redaction)
        yield* redact([digest, digest], { ...redaction, reason: "again" })
        expect(yield* redactionOf(digest)).toEqual(redaction)
        expect(yield* redactionOf(sha256(Buffer.from("another")))).toBeUndefined()
      })
    )
  })
})
