// `traveler exceptions`: what needs a person, and what the person decides.

import { Effect, FileSystem, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { DataQualityIssue } from "../../../core/failure.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { CaseId, PlantId } from "../../../core/plant/identifiers.ts"
import { type CaseRow, caseById, listCases } from "../../../projections/exceptions/queries.ts"
import { type Decision, decide } from "../decide-case.ts"
import { answer, answerJson } from "../output.ts"
import { withStorage } from "../with-core.ts"

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

const known = Effect.fnUntraced(function* (caseId: CaseId) {
  const row = yield* caseById(caseId)
  if (row !== undefined) return row
  return yield* new DataQualityIssue({
    field: "id",
    value: caseId,
    reason: "There is no such case",
    nextStep: "See: npm run traveler -- exceptions list"
  })
})

const utf8 = new TextDecoder()

const show = Command.make("show", { id, json }, (flags) =>
  withStorage(() =>
    Effect.gen(function* () {
      const row = yield* known(flags.id)
      const journal = yield* Journal
      const bytes = row.digest === null ? undefined : yield* journal.raw(Buffer.from(row.digest, "hex"))
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
            : [`  message    ${row.messageId} of ${row.source}, ${row.messageType} by ${row.queue}`]),
          ...(row.traceparent === null ? [] : [`  trace      ${row.traceparent.split("-")[1]}`]),
          ...(body === undefined ? [] : ["  body", body])
        ].join("\n")
      )
    })
  )
).pipe(Command.withDescription("Show a case with the bytes of its message"))

const told = (decisions: ReadonlyArray<Decision>, asJson: boolean) =>
  Effect.flatMap(decide(decisions), (rows) =>
    asJson
      ? answerJson(
          rows.map(({ attempts, id, reason, resolution, state }) => ({ id, state, resolution, attempts, reason }))
        )
      : answer(rows.map(inOneLine).join("\n"))
  )

const waive = Command.make("waive", { ids: id.pipe(Argument.atLeast(1)), by, reason, json }, (flags) =>
  withStorage(() =>
    Effect.gen(function* () {
      yield* Effect.forEach(flags.ids, known)
      const decision = { by: flags.by, reason: flags.reason, action: "waive" } as const
      return yield* told(
        flags.ids.map((caseId) => ({ ...decision, caseId })),
        flags.json
      )
    })
  )
).pipe(Command.withDescription("Let a breach's postings go, or end the wait for a message"))

/** One line of `--from`: a case and the corrected body, as an object or as text. */
const Line = Schema.fromJsonString(Schema.Struct({ id: CaseId, body: Schema.Unknown }))
const decodeLine = Schema.decodeUnknownEffect(Line)
const encoder = new TextEncoder()

const resubmit = Command.make(
  "resubmit",
  {
    id: id.pipe(Argument.optional),
    body: Flag.File("body", { mustExist: true }).pipe(
      Flag.withDescription("The corrected body; the original bytes are tried again without it"),
      Flag.optional
    ),
    from: Flag.File("from", { mustExist: true }).pipe(
      Flag.withDescription("Many at once: one {id, body} a line, in JSON"),
      Flag.optional
    ),
    by,
    reason,
    json
  },
  (flags) =>
    withStorage(() =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        const decision = { by: flags.by, reason: flags.reason, action: "resubmit" } as const
        if (Option.isSome(flags.from)) {
          const lines = (yield* files.readFileString(flags.from.value)).split("\n").filter((line) => line.trim() !== "")
          const decisions = yield* Effect.forEach(lines, (line) =>
            Effect.map(decodeLine(line), ({ body, id }) => ({
              ...decision,
              caseId: id,
              body: encoder.encode(typeof body === "string" ? body : JSON.stringify(body))
            }))
          )
          return yield* told(decisions, flags.json)
        }
        if (Option.isNone(flags.id)) {
          return yield* new DataQualityIssue({
            field: "id",
            value: "(none)",
            reason: "Expected a case's id, or --from FILE",
            nextStep: "See: npm run traveler -- exceptions resubmit --help"
          })
        }
        const { id: caseId } = yield* known(flags.id.value)
        const body = Option.isSome(flags.body) ? yield* files.readFile(flags.body.value) : undefined
        return yield* told([{ ...decision, caseId, ...(body === undefined ? {} : { body }) }], flags.json)
      })
    )
).pipe(Command.withDescription("Send a parked message again, corrected or as it was"))

export const exceptions = Command.make("exceptions").pipe(
  Command.withDescription("What needs a person, and what the person decides"),
  Command.withSubcommands([list, show, waive, resubmit])
)
