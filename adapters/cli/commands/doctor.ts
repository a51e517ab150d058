// `traveler doctor`: what is there, what is missing, and what to do about it.
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { Journal } from "../../../core/journal/journal.ts"
import { Broker, commandQueue, inboundQueue } from "../../../core/port/broker.ts"
import { lag } from "../../../projections/checkpoint.ts"
import { projections } from "../../../projections/index.ts"
import { queueAccounts } from "../../../projections/intake/queries.ts"
import { lastReconciliations, type RunRow } from "../../../projections/reconciliation/queries.ts"
import { archiveStatus } from "../../archive/queries.ts"
import type { Settings } from "../../config.ts"
import { type CaptureState, captureStates } from "../../erp/capture-state.ts"
import { lastSyncs } from "../../erp/sync-runs.ts"
import { waitingFiles } from "../../files/intake-state.ts"
import { plants } from "../../postgres/plants.ts"
import { coreIsRunning } from "../../postgres/presence.ts"
import { otlpAnswers } from "../../telemetry/receiver/start.ts"
import { distance, distanceLine } from "../archive-end.ts"
import { archiveLines } from "../archive-lines.ts"
import { intakeLine } from "../intake-line.ts"
import { answer, answerJson } from "../output.ts"
import { syncLine } from "../sync-line.ts"
import { unreadableEvents } from "../unreadable.ts"
import { withBroker } from "../with-core.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))

const examine = (settings: Settings) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    const broker = yield* Broker
    const heads = yield* journal.heads
    const views = yield* Effect.forEach(projections, ({ name }) =>
      Effect.map(lag(name, heads), (behind) => ({ name, behind }))
    )
    const served = yield* plants
    const queues = yield* Effect.forEach([...served.map(inboundQueue), commandQueue], (queue) =>
      broker.depth(queue).pipe(
        Effect.map((waiting) => ({ queue, waiting })),
        Effect.catch(({ reason }) => Effect.succeed({ queue, waiting: reason }))
      )
    )
    return {
      coreRunning: yield* coreIsRunning,
      partitions: journal.partitions,
      events: [...heads.values()].reduce((sum, offset) => sum + offset, 0),
      unreadable: (yield* unreadableEvents(heads)).map(({ offset, partition, reason, stream, version }) => ({
        partition,
        offset,
        stream,
        version,
        reason
      })),
      views,
      queues,
      accounts: yield* queueAccounts,
      captures: yield* captureStates,
      syncs: yield* lastSyncs,
      waitingFiles: yield* waitingFiles,
      archive: { ...(yield* archiveStatus), ...(yield* distance(settings)) },
      reconciliations: yield* lastReconciliations,
      traces: { endpoint: settings.otlpEndpoint, answers: yield* otlpAnswers(settings.otlpEndpoint) }
    }
  })

type Findings = Effect.Success<ReturnType<typeof examine>>

const capture = ({ capturedAt, erp, failure, plant, told }: CaptureState): string => {
  const since = capturedAt === null ? "never yet" : capturedAt.toISOString()
  const tail = failure === null ? "" : `; failed since: ${failure}`
  return `ERP ${erp} told of ${told} changes of plant ${plant}, last asked ${since}${tail}.`
}

const reconciliation = ({ at, differences, equal, lots, more, orders, plant }: RunRow): string =>
  `Plant ${plant} was reconciled ${at.toISOString()}: ${equal} of ${orders} orders and ${lots} lots equal, ${differences + more} differences.`

const inWords = (found: Findings): string =>
  [
    found.coreRunning ? "A core is running." : "No core is running: npm run traveler -- run",
    `The journal has ${found.events} events in ${found.partitions} partitions.`,
    ...found.unreadable.map(
      ({ offset, partition, reason, stream, version }) =>
        `Every view and reaction stands still before version ${version} of ${stream} (partition ${partition}, offset ${offset}), ` +
        `which can't be read: ${reason}. Run a version of Traveler that reads it, or restore the row from a backup.`
    ),
    ...found.views.map(
      ({ name, behind }) => `View ${name} is ${behind === 0 ? "up to date" : `${behind} events behind`}.`
    ),
    ...found.queues.map(({ queue, waiting }) => `Queue ${queue}: ${waiting} waiting.`),
    ...found.accounts.map(
      ({ queue, received, handled, duplicates, parked }) =>
        `${queue}: ${received} received = ${handled} handled + ${duplicates} duplicates + ${parked} parked.`
    ),
    ...found.captures.map(capture),
    ...found.syncs.map(syncLine),
    ...found.waitingFiles.map(intakeLine),
    ...found.reconciliations.map(reconciliation),
    ...archiveLines(found.archive),
    distanceLine(found.archive),
    found.traces.answers
      ? `Traces go to ${found.traces.endpoint}.`
      : `No OTLP endpoint at ${found.traces.endpoint}: a core writes its traces to a file in .traveler/traces.`
  ].join("\n")

export const doctor = Command.make("doctor", { json }, (flags) =>
  withBroker((settings) =>
    Effect.flatMap(examine(settings), (found) => (flags.json ? answerJson(found) : answer(inWords(found))))
  )
).pipe(Command.withDescription("Say what is there, what is missing, and what to do about it"))
