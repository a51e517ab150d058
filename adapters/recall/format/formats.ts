// Every way in which a recall's report can be written; the same report gives the same bytes, whoever asks and when. Used by
// the command. What a format needs is loaded when it is chosen: most recalls are looked at in a terminal.
import { Effect } from "effect"
import { lotStream } from "../../../core/journal/stream.ts"
import { trackingEventsOf } from "../../../projections/ledger/tracking-events.ts"
import type { Recalled } from "../recall.ts"
import { recallJson } from "./json.ts"
import { recallTable } from "./table.ts"

const trackingEvents = ({ cut, report }: Recalled) =>
  trackingEventsOf(
    report.lots.map(({ item, lot, scope }) => lotStream({ scope, itemId: item, lotId: lot })),
    cut
  )

export const writers = {
  table: ({ report }: Recalled) => Effect.sync(() => Buffer.from(`${recallTable(report)}\n`)),
  json: ({ report }: Recalled) => Effect.sync(() => recallJson(report)),
  csv: ({ report }: Recalled) => Effect.promise(async () => (await import("./csv.ts")).recallCsv(report)),
  xlsx: (recalled: Recalled) =>
    Effect.flatMap(trackingEvents(recalled), (events) =>
      Effect.promise(async () => (await import("./xlsx.ts")).recallXlsx(recalled.report, events))
    ),
  html: ({ report }: Recalled) => Effect.promise(async () => (await import("./html.ts")).recallHtml(report)),
  fsma: (recalled: Recalled) =>
    Effect.flatMap(trackingEvents(recalled), (events) =>
      Effect.promise(async () => (await import("./fsma.ts")).trackingCsv(events))
    ),
  epcis: ({ cut, report }: Recalled) =>
    Effect.flatMap(
      Effect.promise(() => import("../../epcis/recall.ts")),
      ({ recallDocument }) => Effect.map(recallDocument(report, cut), (document) => Buffer.from(document))
    )
} as const

export const formats = ["table", "json", "csv", "xlsx", "html", "fsma", "epcis"] as const satisfies ReadonlyArray<
  keyof typeof writers
>
