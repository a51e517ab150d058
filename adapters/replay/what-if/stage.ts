// What messages are played on: an empty database with a journal of one partition, and the live database to read from.
// Used by `main.ts` and by tests.
import { Layer, type Redacted } from "effect"
import { Journal } from "../../../core/journal/journal.ts"
import { Tracer } from "../../../core/port/tracer.ts"
import { followersClientLayer } from "../../postgres/client.ts"
import { journalTables } from "../../postgres/database.ts"
import { journalLayer } from "../../postgres/journal.ts"
import { silentTracer } from "../../telemetry/silent.ts"
import { Live, personsAsKnown, withLiveBytes } from "./live.ts"

export const stageLayer = ({
  live,
  scratch
}: {
  readonly live: Redacted.Redacted
  readonly scratch: Redacted.Redacted
}) =>
  personsAsKnown.pipe(
    Layer.provideMerge(Layer.effect(Journal, withLiveBytes).pipe(Layer.provide(journalLayer))),
    Layer.provideMerge(Live.layer(live)),
    Layer.provide(journalTables({ partitions: 1 })),
    Layer.provideMerge(followersClientLayer(scratch)),
    Layer.provideMerge(Layer.succeed(Tracer, silentTracer))
  )
