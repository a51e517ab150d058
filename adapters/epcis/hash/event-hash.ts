// The identity of an EPCIS event by what it says (CBV 2.0, EPCIS Event Hash): equal events have equal ones, however they are
// written. Pure; used by the import, the export and `traveler epcis hash`.
import { hex, sha256 } from "../../../core/journal/hash.ts"
import { each, isObject, type Json, type JsonObject } from "../json.ts"
import { preHash } from "./pre-hash.ts"
import { type Namespaces, standardNamespaces } from "./values.ts"

const encoder = new TextEncoder()

/** Those of the standard, and what a document's or an event's own contexts say. */
export const namespacesOf = (context: Json | undefined, known: Namespaces = standardNamespaces): Namespaces => {
  const own = each(context)
    .filter(isObject)
    .flatMap((one) => Object.entries(one))
  return own.length === 0
    ? known
    : new Map([...known, ...own.flatMap(([prefix, of]) => (typeof of === "string" ? [[prefix, of] as const] : []))])
}

/** `namespaces` are the document's; an event may have a context of its own besides. */
export const preHashOf = (event: JsonObject, namespaces: Namespaces): string =>
  preHash(event, namespacesOf(event["@context"], namespaces))

export const eventHash = (event: JsonObject, namespaces: Namespaces): string =>
  `ni:///sha-256;${hex(sha256(encoder.encode(preHashOf(event, namespaces))))}?ver=CBV2.0`
