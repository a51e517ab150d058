// A single value as it stands in a pre-hash string: numbers, times, GS1 identifiers and words of the vocabulary each in
// their one form. Pure; used by `pre-hash.ts` alone.
import { type Json, NumberText } from "../json.ts"
import { digitalLink } from "./digital-link.ts"

/** Prefix of a JSON-LD context → its namespace. */
export type Namespaces = ReadonlyMap<string, string>

/** Those of the official context. */
export const standardNamespaces: Namespaces = new Map([
  ["epcis", "https://ref.gs1.org/epcis/"],
  ["cbv", "https://ref.gs1.org/cbv/"],
  ["cbvmda", "urn:epcglobal:cbv:mda:"],
  ["gs1", "https://gs1.org/voc/"],
  ["rdfs", "http://www.w3.org/2000/01/rdf-schema#"],
  ["owl", "http://www.w3.org/2002/07/owl#"],
  ["xsd", "http://www.w3.org/2001/XMLSchema#"],
  ["dcterms", "http://purl.org/dc/terms/"]
])

/** Only these are expanded in a value too: of any other text nobody knows whether its colon means a namespace. */
const inValues: ReadonlySet<string> = new Set(["gs1", "cbv", "epcis"])

const vocabularies = [
  ["urn:epcglobal:cbv:bizstep:", "https://ref.gs1.org/cbv/BizStep-"],
  ["urn:epcglobal:cbv:disp:", "https://ref.gs1.org/cbv/Disp-"],
  ["urn:epcglobal:cbv:btt:", "https://ref.gs1.org/cbv/BTT-"],
  ["urn:epcglobal:cbv:sdt:", "https://ref.gs1.org/cbv/SDT-"],
  ["urn:epcglobal:cbv:er:", "https://ref.gs1.org/cbv/ER-"]
] as const

const number = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/

/**
 * Without zeros that say nothing, and without an exponent; every digit is kept. The reference implementation can't tell a
 * number from a text that looks like one, since XML can't, so a text is treated as it does: `007` becomes `7`.
 */
export const plainNumber = (text: string): string | undefined => {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = number.exec(text) ?? []
  if (whole === "" && fraction === "") return undefined
  const shift = Number(exponent)
  const digits = whole + fraction
  const point = whole.length + shift
  const left = point <= 0 ? "" : digits.slice(0, point).padEnd(point, "0")
  const right = point <= 0 ? "0".repeat(-point) + digits : digits.slice(point)
  const significant = `${left.replace(/^0+(?=.)/, "") || "0"}.${right}`.replace(/\.?0*$/, "")
  return sign === "-" && significant !== "0" ? `-${significant}` : significant
}

const timestamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/

/** In UTC, with milliseconds, rounded half up. */
const utc = (text: string): string | undefined => {
  const [, seconds, fraction = "", offset] = timestamp.exec(text) ?? []
  if (seconds === undefined || offset === undefined) return undefined
  const milliseconds = Number(fraction.padEnd(3, "0").slice(0, 3)) + (Number(fraction.charAt(3)) >= 5 ? 1 : 0)
  const at = Date.parse(seconds + offset) + milliseconds
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

/** A word, a compact URI or an old URN of a vocabulary as its URI; a word alone is of the field's own vocabulary. */
const expanded = (text: string, namespaces: Namespaces, vocabulary: string | undefined): string => {
  const colon = text.indexOf(":")
  if (colon < 0) return vocabulary === undefined ? text : vocabulary + text
  for (const [urn, uri] of vocabularies) if (text.startsWith(urn)) return uri + text.slice(urn.length)
  const prefix = text.slice(0, colon)
  const namespace = inValues.has(prefix) ? namespaces.get(prefix) : undefined
  return namespace === undefined ? text : namespace + text.slice(colon + 1)
}

/** Empty where there is nothing to say. */
export const canonicalValue = (value: Json, namespaces: Namespaces, vocabulary?: string): string => {
  if (value instanceof NumberText) return plainNumber(value.text) ?? value.text
  if (typeof value === "boolean") return String(value)
  if (typeof value !== "string") return ""
  const text = value.trim()
  return plainNumber(text) ?? utc(text) ?? digitalLink(text) ?? expanded(text, namespaces, vocabulary)
}
