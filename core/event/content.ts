// What of a message's fields its event holds: all but the badge, which is outside the chain, and the time, which is in the
// envelope. For the catalogues beside this file.
import { type Schema, Struct } from "effect"

export const content = <Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Struct.omit(fields, ["badge", "occurredAt"])
