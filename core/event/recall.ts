// Events of a recall, version 1: its stream says what was asked and answered. Anyone may import this file.
import { Schema } from "effect"
import { RecallRecorded } from "../message/recall.ts"
import { content } from "./content.ts"

export const recallEvents = { RecallRecorded: Schema.Struct(content(RecallRecorded.fields)) } as const

export type RecallEvent = {
  readonly type: "RecallRecorded"
  readonly data: (typeof recallEvents)["RecallRecorded"]["Type"]
}
