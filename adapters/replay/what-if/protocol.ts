// What the command and the two versions that it compares say to each other, a line of JSON each. The versions are of
// different checkouts, so this may grow but must not change; what can't be kept is a new number. Used in this folder.
import { Schema } from "effect"
import { PlantId } from "../../../core/plant/identifiers.ts"

export const protocol = 1

/** The program of a checkout that plays messages, below its root. */
export const program = "adapters/replay/what-if/main.ts"

/** On the version's standard input: what to play. Its end ends the version. */
export const Request = Schema.Struct({
  protocol: Schema.Literal(protocol),
  /** The live database, of which it only reads. */
  live: Schema.RedactedFromValue(Schema.String),
  /** A database that is empty, for all that it writes. */
  scratch: Schema.RedactedFromValue(Schema.String),
  /** Milliseconds since 1970. */
  from: Schema.Int,
  to: Schema.Int,
  plant: Schema.optionalKey(PlantId)
})
export type Request = typeof Request.Type

export const Kind = Schema.Literals(["message", "event", "posting", "genealogy", "case"])
export type Kind = typeof Kind.Type

/** One thing that came of the messages, by a name that doesn't depend on how many others there are. */
export const Item = Schema.Struct({
  kind: Kind,
  key: Schema.String,
  /** What it is grouped by: an event's type, a document's kind, how an edge came about, what a case is about. */
  type: Schema.String,
  /** The message that it came of, where one can be named. */
  message: Schema.optionalKey(Schema.String),
  content: Schema.Json
})
export type Item = typeof Item.Type

const Hello = Schema.Struct({ protocol: Schema.Literal(protocol) })

/** All that came of it on one stream. They follow each other by name, by its UTF-8 bytes. */
export const Outcome = Schema.Struct({ stream: Schema.String, items: Schema.Array(Item) })
export type Outcome = typeof Outcome.Type

/** The last line: without it the answer isn't whole. */
export const Played = Schema.Struct({
  played: Schema.Struct({
    messages: Schema.Int,
    redacted: Schema.Int,
    /** New ones, in the window. */
    events: Schema.Int,
    seconds: Schema.Finite
  })
})
export type Played = typeof Played.Type

/** On its standard output. What it writes to standard error is for people. */
export const Line = Schema.Union([Hello, Outcome, Played])
export type Line = typeof Line.Type
