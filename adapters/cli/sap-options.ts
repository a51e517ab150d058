// Which client of which SAP, and as whom: a URL of the settings in its parts. Used by `core.ts` alone.
import { Redacted } from "effect"
import type { SapOptions } from "../erp/sap/client.ts"

export const sapOptions = (url: Redacted.Redacted): Omit<SapOptions, "plants"> => {
  const { origin, password, searchParams, username } = new URL(Redacted.value(url))
  return {
    origin,
    client: searchParams.get("sap-client") ?? "",
    user: decodeURIComponent(username),
    password: Redacted.make(decodeURIComponent(password))
  }
}
