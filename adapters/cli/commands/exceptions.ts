// `traveler exceptions`: what needs a person, and what the person decides.
import { Effect, FileSystem, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { DataQualityIssue } from "../../../core/failure.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { CaseId, PlantId } from "../../../core/plant/identifiers.ts"
import { type CaseRow, listCases } from "../../../projections/exceptions/queries.ts"
import type { Settings } from "../../config.ts"
import { readCorrections } from "../corrections.ts"
import { type Decision, decide } from "../decide-case.ts"
import { knownCase } from "../known-cases.ts"
import { answer, answerJson } from "../output.ts"
import { withBroker, withStorage } from "../with-core.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))
const by = Flag.String("by").pipe(Flag.withDescription("Who decides"))
const reason = Flag.String("reason").pipe(Flag.withDescription("Why"))
const id = Argument.String("id").pipe(Argument.withSchema(CaseId), Argument.withDescription("The case's id"))

const inOneLine = (row: CaseRow): string =>
  `${row.id}  ${row.state}${row.resolution === null ? "" : ` (${row.resolution})`}  ${row.ownerRole}  ${row.waiting ?? row.plant}  ${row.field}: ${row.reason}`

const list = Command.make(
  "list",
  {
    plant: Flag.String("plant").pipe(Flag.withSchema(PlantId), Flag.optional),
    state: Flag.Literals("state", ["open", "resubmitted", "closed"]).pipe(Flag.optional),
    limit: Flag.Int("limit").pipe(Flag.withDescription("At most so many, oldest first"), Flag.withDefault(1_000)),
    json
  },
  (flags) =>
    withStorage(() =>
      Effect.gen(function* () {
        const filter = {
          ...(Option.isSome(flags.plant) ? { plant: flags.plant.value } : {}),
          ...(Option.isSome(flags.state) ? { state: flags.state.value } : {})
        }
        const rows = yield* listCases(filter, flags.limit)
        if (flags.json) return yield* answerJson(rows)
        return yield* answer(rows.length === 0 ? "No cases." : rows.map(inOneLine).join("\n"))
      })
    )
).pipe(Command.withDescription("List cases, oldest first"))

const utf8 = new TextDecoder()

const bytesOf = Effect.fnUntraced(function* ({ digest }: CaseRow) {
  const journal = yield* Journal
  return digest === null ? undefined : yield* journal.raw(Buffer.from(digest, "hex"))
})

const show = Command.make("show", { id, json }, (flags) =>
  withStorage(() =>
    Effect.gen(function* () {
      const row = yield* knownCase(flags.id)
      const bytes = yield* bytesOf(row)
      const body = bytes === undefined ? undefined : utf8.decode(bytes)
      if (flags.json) return yield* answerJson({ ...row, body })
      return yield* answer(
        [
          inOneLine(row),
          `  field      ${row.field}`,
          `  value      ${row.value}`,
          `  reason     ${row.reason}`,
          `  next step  ${row.nextStep}`,
          `  opened     ${row.openedAt.toISOString()}, attempts ${row.attempts}`,
          ...(row.messageId === null
            ? []
            : [
                `  message    ${row.messageId} of ${row.source}, ${row.messageType}${row.queue === null ? "" : ` by ${row.queue}`}`
              ]),
          ...(row.posting === null ? [] : [`  document   ${row.posting}`]),
          ...(row.traceparent === null ? [] : [`  trace      ${row.traceparent.split("-")[1]}`]),
          ...(body === undefined ? [] : ["  body", body])
        ].join("\n")
      )
    })
  )
).pipe(Command.withDescription("Show a case with the bytes of its message"))

const told = (settings: Settings, decisions: ReadonlyArray<Decision>, asJson: boolean) =>
  Effect.flatMap(decide(settings, decisions), (rows) =>
    asJson
      ? answerJson(
          rows.map(({ attempts, id, reason, resolution, state }) => ({ id, state, resolution, attempts, reason }))
        )
      : answer(rows.map(inOneLine).join("\n"))
  )

const waive = Command.make("waive", { ids: id.pipe(Argument.atLeast(1)), by, reason, json }, (flags) => {
  const decision = { by: flags.by, reason: flags.reason, action: "waive" } as const
  const decisions = flags.ids.map((caseId) => ({ ...decision, caseId }))
  return withBroker((settings) => told(settings, decisions, flags.json))
}).pipe(
  Command.withDescription(
    "Let a breach's postings go, end the wait for a message, a document or of a directive, or let a release go on without"
  )
)

const noCase = new DataQualityIssue({
  field: "id",
  value: "(none)",
  reason: "Expected a case's id, or --from FILE",
  nextStep: "See: npm run traveler -- exceptions resubmit --help"
})

/** The bytes of the file; with another type alone, the original bytes. */
const replacementOf = Effect.fnUntraced(function* (
  caseId: CaseId,
  body: Option.Option<string>,
  type: Option.Option<string>
) {
  if (Option.isNone(body) && Option.isNone(type)) return undefined
  const files = yield* FileSystem.FileSystem
  const bytes = Option.isSome(body) ? yield* files.readFile(body.value) : yield* originalBytes(caseId)
  return Option.isSome(type) ? { bytes, type: type.value } : { bytes }
})

const originalBytes = Effect.fnUntraced(function* (caseId: CaseId) {
  const bytes = yield* bytesOf(yield* knownCase(caseId))
  if (bytes !== undefined) return bytes
  return yield* new DataQualityIssue({
    field: "case",
    value: caseId,
    reason: "It has no original bytes to send with another type",
    nextStep: "Give the message's body: --body FILE"
  })
})

const resubmit = Command.make(
  "resubmit",
  {
    id: id.pipe(Argument.optional),
    body: Flag.File("body", { mustExist: true }).pipe(
      Flag.withDescription("The corrected body; the original bytes are tried again without it"),
      Flag.optional
    ),
    type: Flag.String("type").pipe(
      Flag.withDescription("The message's type, where it came with a wrong one or none"),
      Flag.optional
    ),
    from: Flag.File("from", { mustExist: true }).pipe(
      Flag.withDescription("Many at once: one {id, body} a line, in JSON, with a type where it was wrong"),
      Flag.optional
    ),
    by,
    reason,
    json
  },
  (flags) =>
    withBroker((settings) =>
      Effect.gen(function* () {
        const decision = { by: flags.by, reason: flags.reason, action: "resubmit" } as const
        if (Option.isSome(flags.from)) {
          const files = yield* FileSystem.FileSystem
          const corrections = yield* Effect.fromResult(
            readCorrections(flags.from.value, yield* files.readFileString(flags.from.value))
          )
          return yield* told(
            settings,
            corrections.map((correction) => ({ ...decision, ...correction })),
            flags.json
          )
        }
        if (Option.isNone(flags.id)) return yield* noCase
        const caseId = flags.id.value
        const replacement = yield* replacementOf(caseId, flags.body, flags.type)
        return yield* told(
          settings,
          [{ ...decision, caseId, ...(replacement === undefined ? {} : { replacement }) }],
          flags.json
        )
      })
    )
).pipe(
  Command.withDescription(
    "Send a parked message again, corrected or as it was, post a failed document again, or try a release again"
  )
)

export const exceptions = Command.make("exceptions").pipe(
  Command.withDescription("What needs a person, and what the person decides"),
  Command.withSubcommands([list, show, waive, resubmit])
)
