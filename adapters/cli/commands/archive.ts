// `traveler archive`: every message as it came in, found by its hash or its time, and taken away where that must be.
import { Clock, Effect, Option, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { SqlClient } from "effect/sql"
import { DataQualityIssue } from "../../../core/failure.ts"
import { hex } from "../../../core/journal/hash.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { Badge, PlantId } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { commandsPlant } from "../../../core/port/broker.ts"
import type { ArchivedMessage } from "../../archive/message.ts"
import { type ArchiveStatus, archivedByDigest, archivedMessages, archiveStatus } from "../../archive/queries.ts"
import { redact as redactBytes, redactionOf } from "../../archive/redact.ts"
import { distance, distanceLine } from "../archive-end.ts"
import { archiveLines } from "../archive-lines.ts"
import { decideOnKept } from "../decide-on-kept.ts"
import { answer, answerJson } from "../output.ts"
import { withBroker, withStorage } from "../with-core.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))

const hash = Argument.String("hash").pipe(
  Argument.withDescription("The SHA-256 of the message's bytes, 64 hexadecimal digits")
)

const notFound = (text: string, reason: string) =>
  new DataQualityIssue({
    field: "hash",
    value: text,
    reason,
    nextStep: "See which there are: npm run traveler -- archive list --from TIME --to TIME"
  })

const digestFrom = (text: string) =>
  /^[0-9a-f]{64}$/i.test(text)
    ? Effect.succeed(Buffer.from(text, "hex"))
    : Effect.fail(notFound(text, "Expected a SHA-256 in 64 hexadecimal digits"))

/** Each time that it came, and its bytes: those that the journal keeps for a case where the archive hasn't come so far. */
const known = Effect.fnUntraced(function* (text: string) {
  const digest = yield* digestFrom(text)
  const journal = yield* Journal
  const archived = yield* archivedByDigest(yield* SqlClient.SqlClient, digest)
  const redaction = yield* redactionOf(digest)
  const bytes = yield* journal.raw(digest)
  if (archived.length === 0 && bytes === undefined && redaction === undefined) {
    return yield* notFound(text, "No message with this hash came in, or none that is archived yet")
  }
  return { digest, archived, redaction, bytes }
})

const receivedLine = ({ envelope, incarnation, offset, receivedAt }: ArchivedMessage): string =>
  `  received ${new Date(receivedAt).toISOString()} by ${envelope.exchange}, ${envelope.routingKey}: message ${envelope.messageId ?? "(no id)"} of ${envelope.appId ?? "unknown"}, at ${incarnation}/${offset} of the stream`

const readable = new TextDecoder("utf-8", { fatal: true })

/** As text where that is what it is. */
const shown = (bytes: Uint8Array): string => {
  try {
    return readable.decode(bytes)
  } catch {
    return `${bytes.length} bytes, in hexadecimal: ${hex(bytes)}`
  }
}

const show = Command.make("show", { hash, json }, (flags) =>
  withStorage(() =>
    Effect.gen(function* () {
      const { archived, bytes, digest, redaction } = yield* known(flags.hash)
      if (flags.json) {
        const received = archived.map(({ envelope, incarnation, offset, receivedAt }) => ({
          ...envelope,
          incarnation,
          offset,
          receivedAt: new Date(receivedAt).toISOString()
        }))
        return yield* answerJson({
          hash: hex(digest),
          received,
          redaction: redaction === undefined ? null : { ...redaction, at: new Date(redaction.at).toISOString() },
          bytes: bytes === undefined ? null : Buffer.from(bytes).toString("base64")
        })
      }
      return yield* answer(
        [
          hex(digest),
          ...archived.map(receivedLine),
          ...(archived.length === 0 ? ["  not archived yet"] : []),
          ...(redaction === undefined
            ? []
            : [
                `  redacted ${new Date(redaction.at).toISOString()} by person ${redaction.by ?? "unknown"}: ${redaction.reason}`
              ]),
          ...(bytes === undefined ? [] : [shown(bytes)])
        ].join("\n")
      )
    })
  )
).pipe(Command.withDescription("Show a message as it came in, by the hash of its bytes"))

const listLine = ({ body, digest, envelope, receivedAt }: ArchivedMessage): string =>
  [
    new Date(receivedAt).toISOString(),
    hex(digest),
    envelope.routingKey,
    envelope.messageId ?? "(no id)",
    body === undefined ? "redacted" : `${body.length} bytes`
  ].join("  ")

const listEntry = ({ body, digest, envelope, receivedAt, incarnation, offset }: ArchivedMessage) => ({
  ...envelope,
  incarnation,
  offset,
  receivedAt: new Date(receivedAt).toISOString(),
  hash: hex(digest),
  bytes: body === undefined ? null : body.length
})

/** A time as people write it, with an offset. */
const time = (name: "from" | "to", description: string) =>
  Flag.String(name).pipe(Flag.withSchema(OccurredAt), Flag.withDescription(description))

const list = Command.make(
  "list",
  {
    plant: Flag.String("plant").pipe(
      Flag.withSchema(PlantId),
      Flag.withDescription("Of one plant alone; traveler for what people sent"),
      Flag.optional
    ),
    from: time("from", "Received from then on, like 2026-12-01T06:00:00+01:00"),
    to: time("to", "And before then"),
    json
  },
  ({ from, json, plant, to }) =>
    withStorage(() =>
      archivedMessages({
        from: new Date(from),
        to: new Date(to),
        ...(Option.isSome(plant) ? { plant: plant.value } : {})
      }).pipe(Stream.runForEach((message) => (json ? answerJson(listEntry(message)) : answer(listLine(message)))))
    )
).pipe(Command.withDescription("List what came in, in its order; with --json one line of JSON a message"))

const redact = Command.make(
  "redact",
  {
    hash,
    by: Flag.String("by").pipe(Flag.withSchema(Badge), Flag.withDescription("Who decides")),
    reason: Flag.String("reason").pipe(Flag.withDescription("Why"))
  },
  ({ by: badge, hash: text, reason }) =>
    withBroker((settings) =>
      Effect.gen(function* () {
        const { archived, digest, redaction: before } = yield* known(text)
        if (before !== undefined) return yield* answer(`It was redacted before: ${before.reason}`)
        const plantId = archived[0]?.envelope.plant ?? commandsPlant
        const occurredAt = OccurredAt.make(new Date(yield* Clock.currentTimeMillis).toISOString())
        const redaction = yield* decideOnKept(settings, {
          type: "MessageRedacted",
          body: { plantId, occurredAt, badge, reason, digest }
        })
        yield* redactBytes([digest], redaction)
        return yield* answer(`${hex(digest)} is redacted: its hash stays, its bytes are gone`)
      })
    )
).pipe(Command.withDescription("Take a message's bytes away for good; the hash stays, with who did it and why"))

const status = Command.make("status", { json }, (flags) =>
  withBroker((settings) =>
    Effect.gen(function* () {
      const found: ArchiveStatus = yield* archiveStatus
      const behind = yield* distance(settings)
      if (flags.json) return yield* answerJson({ ...found, ...behind })
      return yield* answer([...archiveLines(found), distanceLine(behind)].join("\n"))
    })
  )
).pipe(Command.withDescription("Say how much is archived, how it is compressed, and what is missing"))

export const archive = Command.make("archive").pipe(
  Command.withDescription("Every message as it came in"),
  Command.withSubcommands([list, show, redact, status])
)
