// The whole core, put together: what `traveler run` runs, and what other commands start for their own time.
import { Effect, Layer, Option, Schedule } from "effect"
import { behavioursBy } from "../../actors/behaviours.ts"
import { reactions } from "../../actors/reactions/all.ts"
import { runReaction } from "../../actors/reactions/reaction.ts"
import { Journal } from "../../core/journal/journal.ts"
import { Erp } from "../../core/port/erp.ts"
import { makePace, Pace } from "../../core/port/pace.ts"
import { caughtUp } from "../../projections/checkpoint.ts"
import { projections } from "../../projections/index.ts"
import { runProjection } from "../../projections/runner.ts"
import { runArchiver } from "../archive/archiver.ts"
import { placeOf } from "../audit/place.ts"
import { runSchedule } from "../audit/schedule.ts"
import { doorClientLayer, LocalPartitions, partitionsLayer } from "../cluster/placement.ts"
import { runnerLayer } from "../cluster/runner.ts"
import { onceInTheCluster } from "../cluster/singleton.ts"
import type { Settings } from "../config.ts"
import { runCapture } from "../erp/capture.ts"
import { runPoster } from "../erp/poster.ts"
import { postingQueue } from "../erp/poster-view.ts"
import { sandboxErp } from "../erp/sandbox/client.ts"
import { sandboxServer } from "../erp/sandbox/server.ts"
import { sapErp } from "../erp/sap/client.ts"
import { runSync } from "../erp/sync.ts"
import { trytonErp } from "../erp/tryton/client.ts"
import { runFileIntake } from "../files/intake.ts"
import { followersClientLayer } from "../postgres/client.ts"
import { intakeAccountLayer } from "../postgres/intake-account.ts"
import { personsLayer } from "../postgres/persons.ts"
import * as RabbitStream from "../rabbitmq/inbound-stream.ts"
import { runMockRecalls } from "../recall/exercise.ts"
import { runNightly } from "../reconciliation/nightly.ts"
import { releaseChecksLayer } from "../release/checks/checks.ts"
import { runReleases } from "../release/runner.ts"
import { runTimers, TimerQueue } from "../timers/timers.ts"
import { intakesLayer } from "./intakes.ts"
import { sapOptions } from "./sap-options.ts"
import { trytonOptions } from "./tryton-options.ts"

/** The ERP that the settings name, else a sandbox of our own on a free port. */
export const erpLayer = ({ erpUrl, orderPostings: orders, sapPlants, sapUrl, trytonUrl }: Settings) =>
  Layer.unwrap(
    Effect.gen(function* () {
      if (Option.isSome(trytonUrl)) return trytonErp(trytonOptions(trytonUrl.value))
      if (Option.isSome(sapUrl)) return sapErp({ ...sapOptions(sapUrl.value), plants: sapPlants })
      if (Option.isSome(erpUrl)) return sandboxErp({ origin: erpUrl.value, orders })
      const { port } = yield* sandboxServer({ port: 0 })
      return sandboxErp({ origin: `http://127.0.0.1:${port}`, orders })
    })
  )

/** One of each in the cluster. */
const viewsLayer = projections
  .map((projection) => onceInTheCluster(`projection/${projection.name}`, runProjection(projection)))
  .reduce((all, one) => Layer.merge(all, one))

export const reactionsLayer = reactions
  .map((reaction) => onceInTheCluster(`reaction/${reaction.name}`, runReaction(reaction)))
  .reduce((all, one) => Layer.merge(all, one))

/** A plant of which nothing is known posts everything: so nothing is posted before it is known what was decided. */
const decisionsAreKnown = Effect.gen(function* () {
  const journal = yield* Journal
  const heads = yield* journal.heads
  yield* caughtUp("plants", heads).pipe(
    Effect.filterOrFail((isThere) => isThere),
    Effect.retry(Schedule.spaced("200 millis"))
  )
})

const erpSideLayer = ({ closedPeriod, erpRate }: Settings) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { partitions } = yield* Journal
      const { capabilities, name } = yield* Erp
      const queue = postingQueue({ name, orders: capabilities.orders })
      const rate = Option.isSome(erpRate) ? { perSecond: erpRate.value } : {}
      return Layer.mergeAll(
        onceInTheCluster(
          `poster/${name}`,
          Effect.andThen(
            decisionsAreKnown,
            Effect.andThen(runPoster({ partitions, closedPeriod, ...rate }), Effect.never)
          ).pipe(Effect.provide(queue))
        ),
        onceInTheCluster(
          "release",
          Effect.andThen(runReleases(partitions), Effect.never).pipe(Effect.provide(releaseChecksLayer))
        ),
        onceInTheCluster(`capture/${name}`, runCapture({ every: "5 seconds" })),
        onceInTheCluster(
          "timers",
          Effect.andThen(runTimers(partitions), Effect.never).pipe(Effect.provide(TimerQueue.layer))
        )
      )
    })
  )

const syncLayer = ({ syncAt }: Settings) =>
  Layer.unwrap(
    Effect.map(Erp, ({ name }) => onceInTheCluster(`sync/${name}`, runSync({ schedule: syncAt, every: "1 second" })))
  )

const reconciliationLayer = ({ reconcileAt }: Settings) =>
  Option.match(reconcileAt, {
    onNone: () => Layer.empty,
    onSome: (at) =>
      Layer.unwrap(Effect.map(Erp, ({ name }) => onceInTheCluster(`reconciliation/${name}`, runNightly(at))))
  })

const exerciseLayer = ({ mockRecallAt }: Settings) =>
  Option.match(mockRecallAt, {
    onNone: () => Layer.empty,
    onSome: (at) => onceInTheCluster("mock-recall", runMockRecalls(at))
  })

/** Where there is a folder for it, which every runner that has it must have alike. */
const filesLayer = ({ files }: Settings) =>
  Option.match(files, {
    onNone: () => Layer.empty,
    onSome: (root) => onceInTheCluster("files", runFileIntake({ root, every: "2 seconds", patience: "10 minutes" }))
  })

/** Where the broker outlives the process: else what came in could be read again by nobody. */
const archiverLayer = ({ brokerUrl }: Settings) =>
  brokerUrl === "memory"
    ? Layer.empty
    : onceInTheCluster("archiver", runArchiver({ every: "2 seconds" })).pipe(
        Layer.provide(RabbitStream.layer(brokerUrl))
      )

/** Where there is a key to sign with and a second place to go to; every runner that has them must have them alike. */
const auditLayer = ({ auditAt, auditKey, auditPublish }: Settings) =>
  Option.match(Option.all({ at: auditAt, keyFile: auditKey, place: Option.map(auditPublish, placeOf) }), {
    onNone: () => Layer.empty,
    onSome: (schedule) => onceInTheCluster("audit", runSchedule(schedule))
  })

/** Partitions, their door and the queues that feed them: what the throughput bench runs alone. */
export const engineLayer = (settings: Settings, runnerPort: number) =>
  intakesLayer(settings.prefetch).pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        doorClientLayer,
        partitionsLayer({ residentActors: settings.residentActors, behaviours: behavioursBy(settings) })
      )
    ),
    Layer.provideMerge(LocalPartitions.layer),
    Layer.provideMerge(Layer.effect(Pace, makePace)),
    Layer.provideMerge(Layer.mergeAll(personsLayer, intakeAccountLayer)),
    Layer.provideMerge(runnerLayer({ host: settings.runnerHost, port: runnerPort }))
  )

/**
 * Everything that `engineLayer` leaves out: views, reactions, poster, capture of the ERP's changes, releases to the MES,
 * synchronization, timers, files, the archive, checkpoints of the audit.
 */
export const followersLayer = (settings: Settings) =>
  Layer.mergeAll(
    viewsLayer,
    reactionsLayer,
    filesLayer(settings),
    archiverLayer(settings),
    auditLayer(settings),
    exerciseLayer(settings),
    Layer.mergeAll(erpSideLayer(settings), syncLayer(settings), reconciliationLayer(settings)).pipe(
      Layer.provide(erpLayer(settings))
    )
  ).pipe(Layer.provide(followersClientLayer(settings.postgresUrl)))
