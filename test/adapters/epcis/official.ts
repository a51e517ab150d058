// The standard's own files: GS1's schema and examples, and the vectors of the hash. For the tests of adapters/epcis.
import { existsSync, globSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { Ajv } from "ajv"
import addFormats from "ajv-formats"
import { namespacesOf } from "../../../adapters/epcis/hash/event-hash.ts"
import { isObject, type Json, type JsonObject, parseJson } from "../../../adapters/epcis/json.ts"

const data = join(import.meta.dirname, "../../../../shared/data")
const gs1 = join(data, "epcis-gs1")
export const vectors = join(data, "epcis-hash/tests")

export const isAbsent = !existsSync(gs1) || !existsSync(vectors)

export const read = (...names: ReadonlyArray<string>): string => readFileSync(join(...names), "utf8")

const validator = () => {
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  return ajv.compile(JSON.parse(read(gs1, "EPCIS-JSON-Schema.json")))
}
let compiled: ReturnType<typeof validator> | undefined

/** What GS1's own schema has against a document. */
export const faultsOf = (text: string): ReadonlyArray<object> => {
  compiled ??= validator()
  compiled(JSON.parse(text))
  return compiled.errors ?? []
}

/** GS1's example documents, by their names. */
export const examples = (): ReadonlyArray<readonly [name: string, text: string]> =>
  globSync(join(gs1, "JSON/**/*.jsonld"))
    .sort()
    .map((path) => [basename(path, ".jsonld"), read(path)])

const member = (json: Json | undefined, key: string): Json | undefined => (isObject(json) ? json[key] : undefined)

/** A document's events, whatever kind of document it is. */
export const eventsIn = (document: Json): ReadonlyArray<JsonObject> => {
  const body = member(document, "epcisBody")
  const list =
    member(body, "eventList") ??
    member(member(member(body, "queryResults"), "resultsBody"), "eventList") ??
    member(body, "event")
  return [list].flat().filter(isObject)
}

export const parsed = (text: string) => {
  const document = parseJson(text)
  return { namespaces: namespacesOf(member(document, "@context")), events: eventsIn(document) }
}
