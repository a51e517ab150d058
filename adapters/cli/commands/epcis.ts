// `traveler epcis`: a partner's EPCIS events into the journal, a lot's history out of it, and what identifies an event.
import { readFile } from "node:fs/promises"
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { DataQualityIssue } from "../../../core/failure.ts"
import { lotStream } from "../../../core/journal/stream.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { Broker } from "../../../core/port/broker.ts"
import { edgesFrom } from "../../../projections/genealogy/queries.ts"
import { epcisDocument } from "../../epcis/document.ts"
import { eventsOf, originalsOf } from "../../epcis/gather.ts"
import { type Imported, imported } from "../../epcis/messages.ts"
import { readDocument } from "../../epcis/read.ts"
import { addPlant } from "../../postgres/plants.ts"
import { knownLot } from "../known-lots.ts"
import { answer, answerJson } from "../output.ts"
import { requireBroker, withBroker, withStorage } from "../with-core.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))

const file = Argument.File("file", { mustExist: true }).pipe(
  Argument.withDescription("A document of EPCIS 2.0, or one event with its context, as JSON-LD")
)

const utf8 = new TextDecoder("utf-8", { fatal: true })

const eventsIn = Effect.fnUntraced(function* (path: string) {
  const text = yield* Effect.tryPromise({
    try: async () => utf8.decode(await readFile(path)),
    catch: (cause) =>
      new DataQualityIssue({
        field: "file",
        value: path,
        reason: cause instanceof Error ? cause.message : "It can't be read",
        nextStep: "Give a file of UTF-8"
      })
  })
  return yield* Effect.fromResult(readDocument(text))
})

const hash = Command.make("hash", { file, json }, ({ file, json }) =>
  Effect.gen(function* () {
    const events = yield* eventsIn(file)
    const told = events.map(({ event, field, hash, said }) => ({
      field,
      type: said.type,
      hash,
      eventID: typeof event.eventID === "string" ? event.eventID : null
    }))
    return yield* json ? answerJson(told) : answer(told.map(({ hash, type }) => `${hash}  ${type}`).join("\n"))
  })
).pipe(Command.withDescription("Print the CBV event hash of each event of a file"))

const importLine = ({ field, hash, publications, type, unsaid }: Imported): string =>
  [
    `${field}: ${type} ${hash}`,
    ...publications.map((sent) => `  sent as ${sent.type}`),
    ...unsaid.map(({ what, why }) => `  not said: ${what}: ${why}`)
  ].join("\n")

const importFile = Command.make(
  "import",
  {
    file,
    plant: Flag.String("plant").pipe(Flag.withSchema(PlantId), Flag.withDescription("The plant that they are about")),
    json
  },
  ({ file, json, plant }) =>
    withBroker((settings) =>
      Effect.gen(function* () {
        yield* requireBroker(settings)
        const found = yield* Effect.fromResult(imported(plant, yield* eventsIn(file)))
        const publications = found.flatMap((one) => one.publications)
        const broker = yield* Broker
        yield* broker.declarePlant(plant)
        yield* addPlant(plant)
        yield* broker.publish(publications)
        if (json) {
          return yield* answerJson(
            found.map(({ publications, ...one }) => ({
              ...one,
              messages: publications.map(({ messageId, type }) => ({ type, messageId }))
            }))
          )
        }
        return yield* answer(
          [...found.map(importLine), `${publications.length} messages were published to plant ${plant}`].join("\n")
        )
      })
    )
).pipe(Command.withDescription("Publish a partner's events as messages to a plant, as any other sender does"))

const exported = Command.make(
  "export",
  { lot: Argument.String("lot").pipe(Argument.withDescription("As in `lot show`")) },
  ({ lot }) =>
    withStorage(() =>
      Effect.gen(function* () {
        const stream = lotStream(yield* knownLot(lot))
        const edges = [...(yield* edgesFrom(stream, "backward")), ...(yield* edgesFrom(stream, "forward"))]
        const events = yield* eventsOf([stream, ...edges.flatMap(({ source, target }) => [source, target])])
        return yield* answer(epcisDocument(events, yield* originalsOf(events)).trimEnd())
      })
    )
).pipe(
  Command.withDescription("Write what a lot, all it came from and all it went into recorded, as a document of EPCIS")
)

export const epcis = Command.make("epcis").pipe(
  Command.withDescription("Exchange events with partners by EPCIS 2.0 (JSON-LD)"),
  Command.withSubcommands([importFile, exported, hash])
)
