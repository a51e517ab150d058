// Events of a master-data record, version 1: each time that its ERP published it, whole. Anyone may import this file.
import { Schema } from "effect"
import { masterDataMessages } from "../message/master-data.ts"
import { content } from "./content.ts"

export const masterDataEvents = {
  MaterialDefinitionPublished: Schema.Struct(content(masterDataMessages.MaterialDefinitionPublished.fields)),
  UnitOfMeasurePublished: Schema.Struct(content(masterDataMessages.UnitOfMeasurePublished.fields)),
  MaterialBillPublished: Schema.Struct(content(masterDataMessages.MaterialBillPublished.fields)),
  OperationsDefinitionPublished: Schema.Struct(content(masterDataMessages.OperationsDefinitionPublished.fields)),
  WorkCalendarPublished: Schema.Struct(content(masterDataMessages.WorkCalendarPublished.fields))
} as const

export type MasterDataEvent = {
  [Type in keyof typeof masterDataEvents]: {
    readonly type: Type
    readonly data: (typeof masterDataEvents)[Type]["Type"]
  }
}[keyof typeof masterDataEvents]

export const isMasterDataEvent = <Event extends { readonly type: string }>(
  event: Event
): event is Extract<Event, MasterDataEvent> => Object.hasOwn(masterDataEvents, event.type)
