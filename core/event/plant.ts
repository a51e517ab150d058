// Events of a plant, version 1: what people decided of how it works with its ERP, said of its vessels, and had redacted.
// Anyone may import this file.
import { Schema } from "effect"
import { plantDecisions } from "../message/plant.ts"
import { content } from "./content.ts"

export const plantEvents = {
  PostingModeSet: Schema.Struct(content(plantDecisions.PostingModeSet.fields)),
  ReleasePolicySet: Schema.Struct(content(plantDecisions.ReleasePolicySet.fields)),
  VesselDefined: Schema.Struct(content(plantDecisions.VesselDefined.fields)),
  MessageRedacted: Schema.Struct(content(plantDecisions.MessageRedacted.fields)),
  PersonErased: Schema.Struct(content(plantDecisions.PersonErased.fields))
} as const

export type PlantEvent = {
  [Type in keyof typeof plantEvents]: { readonly type: Type; readonly data: (typeof plantEvents)[Type]["Type"] }
}[keyof typeof plantEvents]
