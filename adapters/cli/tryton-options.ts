// Which database of which Tryton, and as whom: a URL of the settings in its parts. Used by `core.ts` and the demo.
import { Redacted } from "effect"
import type { TrytonOptions } from "../erp/tryton/client.ts"

export const trytonOptions = (url: Redacted.Redacted): TrytonOptions => {
  const { origin, password, pathname, username } = new URL(Redacted.value(url))
  return {
    origin,
    database: decodeURIComponent(pathname.split("/")[1] ?? ""),
    user: decodeURIComponent(username),
    password: Redacted.make(decodeURIComponent(password))
  }
}
