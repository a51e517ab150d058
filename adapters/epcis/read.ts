// A document of EPCIS 2.0 (JSON-LD) as its events: each as the standard has it and, whole, as it was written. All of it can
// be read, or nothing. Pure; used by the import and by `traveler epcis hash`.
import { Result, Schema, SchemaIssue } from "effect"
import { DataQualityIssue } from "../../core/failure.ts"
import type { Original } from "./document.ts"
import { EpcisEvent } from "./event.ts"
import { eventHash, namespacesOf } from "./hash/event-hash.ts"
import type { Namespaces } from "./hash/values.ts"
import { isObject, type Json, type JsonObject, NumberText, parseJson, writeJson } from "./json.ts"

export interface ReadEvent extends Original {
  /** Where it stands in its document, for people. */
  readonly field: string
  readonly hash: string
  readonly namespaces: Namespaces
  readonly said: EpcisEvent
}

const nextStep = "Have the sender write EPCIS 2.0 as JSON-LD (docs/epcis.md), and import the file again"

const wrong = (field: string, value: string, reason: string) => new DataQualityIssue({ field, value, reason, nextStep })

const member = (json: Json | undefined, ...path: ReadonlyArray<string>): Json | undefined =>
  path.reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), json)

const lists = [
  ["epcisBody", "eventList"],
  ["epcisBody", "queryResults", "resultsBody", "eventList"]
] as const

const found = (document: JsonObject): ReadonlyArray<readonly [field: string, event: Json]> => {
  for (const path of lists) {
    const list = member(document, ...path)
    if (Array.isArray(list)) return list.map((event: Json, place) => [`${path.join(".")}[${place}]`, event])
  }
  const single = member(document, "epcisBody", "event")
  return single === undefined ? [["event", document]] : [["epcisBody.event", single]]
}

const decode = Schema.decodeUnknownResult(EpcisEvent)
const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

const valueAt = (json: Json, path: ReadonlyArray<PropertyKey>): string => {
  const value = path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined),
    json
  )
  if (value instanceof NumberText) return value.text
  return typeof value === "string" ? value : value === undefined ? "(none)" : `a ${typeof value}`
}

const readEvent = (field: string, event: Json, context: Json): Result.Result<ReadEvent, DataQualityIssue> => {
  if (!isObject(event)) return Result.fail(wrong(field, writeJson(event).slice(0, 200), "Expected an event"))
  return Result.match(decode(event), {
    onSuccess: (said) => {
      const namespaces = namespacesOf(event["@context"], namespacesOf(context))
      return Result.succeed({ field, event, context, said, namespaces, hash: eventHash(event, namespaces) })
    },
    onFailure: (error) => {
      const [issue] = formatIssue(error.issue).issues
      const path = (issue?.path ?? []).map((step) => (typeof step === "object" ? step.key : step))
      const name = path.reduce<string>(
        (at, step) => at + (/^\d+$/.test(String(step)) ? `[${String(step)}]` : `.${String(step)}`),
        field
      )
      return Result.fail(wrong(name, valueAt(event, path), issue?.message ?? "Not an event of EPCIS"))
    }
  })
}

export const readDocument = (text: string): Result.Result<ReadonlyArray<ReadEvent>, DataQualityIssue> =>
  Result.flatMap(
    Result.try({
      try: () => parseJson(text),
      catch: (cause) => wrong("document", "", cause instanceof Error ? cause.message : "Not valid JSON")
    }),
    (document) => {
      if (!isObject(document)) return Result.fail(wrong("document", "", "Expected an EPCISDocument or an event"))
      const context = document["@context"]
      if (context === undefined) return Result.fail(wrong("@context", "(none)", "Expected the context of EPCIS"))
      return Result.all(found(document).map(([field, event]) => readEvent(field, event, context)))
    }
  )
