// The identity of an EPCIS event by what it says (CBV 2.0, EPCIS Event Hash): equal events have equal ones, however they are
// written. Pure; used by the import, the export and `traveler epcis hash`.
import { hex, sha256 } from "../../../core/journal/hash.ts"
import { each, isObject, type Json, type JsonObject } from "../json.ts"
import { preHash } from "./pre-hash.ts"
import { type Namespaces, standardNamespaces } from "./values.ts"

const encoder = new TextEncoder()

/** Those of the standard, and what a document's or an event's own contexts say. */
export const namespacesOf = (context: Json | undefined, known: Namespaces = standardNamespaces): Namespaces => {
  const namespaces = new Map(known)
  for (const one of each(context)) {
    if (!isObject(one)) continue
    for (const [prefix, namespace] of Object.entries(one)) {
      if (typeof namespace === "string") namespaces.set(prefix, namespace)
    }
  }
  return namespaces
}

export const preHashOf = (event: JsonObject, context: Json | undefined): string =>
  preHash(event, namespacesOf(event["@context"], namespacesOf(context)))

/** `context` is the document's; an event may have one of its own besides. */
export const eventHash = (event: JsonObject, context: Json | undefined): string =>
  `ni:///sha-256;${hex(sha256(encoder.encode(preHashOf(event, context))))}?ver=CBV2.0`
