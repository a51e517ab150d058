// The text that an EPCIS event's identity is the hash of: CBV 2.0, section 8.9, as the vectors of its reference
// implementation have it. Pure; used by `event-hash.ts` alone.
import { each, isObject, type Json, type JsonObject } from "../json.ts"
import { canonicalValue, type Namespaces } from "./values.ts"

const beyondTwoBytes = /[\uD800-\uDFFF]/

/** By UTF-8 bytes: JavaScript's own order is the same but for characters of two UTF-16 units. */
const byBytes = (left: string, right: string): number => {
  if (beyondTwoBytes.test(left) || beyondTwoBytes.test(right)) {
    return Buffer.compare(Buffer.from(left), Buffer.from(right))
  }
  return left < right ? -1 : left > right ? 1 : 0
}

const joined = (texts: ReadonlyArray<string>): string => {
  const said = texts.filter((text) => text !== "")
  return said.length > 1 ? said.sort(byBytes).join("") : (said[0] ?? "")
}

const within = (name: string, text: string): string => (text === "" ? "" : name + text)

/** No part of what happened: what was said of the event later, and what is said to people. */
const left = new Set(["@context", "eventID", "recordTime", "errorDeclaration", "rdfs:comment", "comment"])

/** What becomes of a field: its name and what of its value counts; nothing where that is empty. */
type Write = (name: string, value: Json, namespaces: Namespaces) => string
/** Fields in the order that the standard gives them. */
type Fields = ReadonlyArray<readonly [name: string, write: Write]>

const value =
  (vocabulary?: string): Write =>
  (name, json, namespaces) =>
    joined(each(json).map((one) => within(`${name}=`, canonicalValue(one, namespaces, vocabulary))))

const text = value()

/** An extension's name is its namespace in braces and the local name. */
const extensionName = (key: string, namespaces: Namespaces): string => {
  const colon = key.indexOf(":")
  const namespace = colon < 0 ? undefined : namespaces.get(key.slice(0, colon))
  return namespace === undefined ? key : `{${namespace}}${key.slice(colon + 1)}`
}

const extension: Write = (name, json, namespaces) =>
  joined(
    each(json).map((one) =>
      isObject(one) ? name + extensions(one, [], namespaces) : within(`${name}=`, canonicalValue(one, namespaces))
    )
  )

const extensions = (object: JsonObject, fields: Fields, namespaces: Namespaces): string =>
  joined(
    Object.entries(object)
      .filter(([key]) => !left.has(key) && !fields.some(([field]) => field === key))
      .map(([key, json]) => extension(extensionName(key, namespaces), json, namespaces))
  )

/** The fields that the standard names, in its order, then whatever else there is. */
const ordered = (object: JsonObject, fields: Fields, namespaces: Namespaces): string =>
  fields
    .map(([name, write]) => {
      const json = object[name]
      return json === undefined ? "" : write(name, json, namespaces)
    })
    .join("") + extensions(object, fields, namespaces)

const object =
  (fields: Fields): Write =>
  (name, json, namespaces) =>
    joined(each(json).map((one) => (isObject(one) ? within(name, ordered(one, fields, namespaces)) : "")))

/** Its name once, then the items, each under a name of their own or under none. */
const list =
  (item: string, write: Write): Write =>
  (name, json, namespaces) =>
    within(name, write(item, json, namespaces))

const cbv = "https://ref.gs1.org/cbv/"
const gs1 = "https://gs1.org/voc/"

const epcs = list("epc", text)
const quantities = list(
  "quantityElement",
  object([
    ["epcClass", text],
    ["quantity", text],
    ["uom", text]
  ])
)

/** A type and what is of it: each pair is a line, without a name of its own. */
const pairs = (what: string, vocabulary: string): Write =>
  list(
    "",
    object([
      ["type", value(vocabulary)],
      [what, text]
    ])
  )

const sensorMetadata = object([
  ["time", text],
  ["startTime", text],
  ["endTime", text],
  ["deviceID", text],
  ["deviceMetadata", text],
  ["rawData", text],
  ["dataProcessingMethod", text],
  ["bizRules", text]
])

const sensorReport = object([
  ["type", value(gs1)],
  ["exception", value(gs1)],
  ["deviceID", text],
  ["deviceMetadata", text],
  ["rawData", text],
  ["dataProcessingMethod", text],
  ["time", text],
  ["microorganism", text],
  ["chemicalSubstance", text],
  ["value", text],
  ["component", value(`${cbv}Comp-`)],
  ["stringValue", text],
  ["booleanValue", text],
  ["hexBinaryValue", text],
  ["uriValue", text],
  ["minValue", text],
  ["maxValue", text],
  ["meanValue", text],
  ["sDev", text],
  ["percRank", text],
  ["percValue", text],
  ["uom", text],
  ["coordinateReferenceSystem", text]
])

const disposition = value(`${cbv}Disp-`)
const place = object([["id", text]])

const eventFields: Fields = [
  ["type", (_name, json, namespaces) => text("eventType", json, namespaces)],
  ["eventTime", text],
  ["eventTimeZoneOffset", (name, json) => (typeof json === "string" ? `${name}=${json.trim()}` : "")],
  ["certificationInfo", text],
  ["epcList", epcs],
  ["parentID", text],
  ["inputEPCList", epcs],
  ["childEPCs", epcs],
  ["quantityList", quantities],
  ["childQuantityList", quantities],
  ["inputQuantityList", quantities],
  ["outputEPCList", epcs],
  ["outputQuantityList", quantities],
  ["action", text],
  ["transformationID", text],
  ["bizStep", value(`${cbv}BizStep-`)],
  ["disposition", disposition],
  [
    "persistentDisposition",
    object([
      ["set", disposition],
      ["unset", disposition]
    ])
  ],
  ["readPoint", place],
  ["bizLocation", place],
  ["bizTransactionList", pairs("bizTransaction", `${cbv}BTT-`)],
  // The standard's table has the source first. Its reference implementation and all of its vectors have it last.
  ["destinationList", pairs("destination", `${cbv}SDT-`)],
  ["sourceList", pairs("source", `${cbv}SDT-`)],
  [
    "sensorElementList",
    list(
      "sensorElement",
      object([
        ["sensorMetadata", sensorMetadata],
        ["sensorReport", sensorReport]
      ])
    )
  ],
  ["ilmd", object([])]
]

export const preHash = (event: JsonObject, namespaces: Namespaces): string => ordered(event, eventFields, namespaces)
