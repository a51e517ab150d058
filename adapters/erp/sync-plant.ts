// One full synchronization of one plant: the ERP is asked for all its master data from the beginning, and what differs from
// what is known here, or is missing, is put into the plant's inbox as the ERP's own message. Used by `sync.ts` alone.
//
// Orders aren't compared: the capture tells of them, and the view of master data doesn't hold them.
import { Clock, Effect, Option, Result, Schema } from "effect"
import { read, understand } from "../../actors/understand.ts"
import { DataQualityIssue } from "../../core/failure.ts"
import { hex, sha256 } from "../../core/journal/hash.ts"
import { isMasterData, masterDataMessages } from "../../core/message/master-data.ts"
import { rankOf } from "../../core/message/rank.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { Broker, exchanges, inboundQueue, type Publication } from "../../core/port/broker.ts"
import { Erp, type ErpChange } from "../../core/port/erp.ts"
import { type HeldName, type HeldRecord, heldByStream, heldFrom } from "../../projections/master-data/queries.ts"
import { publicationOf } from "./capture.ts"
import { Comparison, type Told } from "./sync-compare.ts"
import type { SyncCounts } from "./sync-runs.ts"

const encoder = new TextEncoder()

/** How patient a run is, in milliseconds. */
export interface SyncTiming {
  /** What was recorded here so shortly before the run, by whichever runner's clock, is left to the next one. */
  readonly freshMillis: number
  /**
   * After so long the ERP is asked once more about what it seems to have no longer: some keep back what was changed within
   * the last seconds.
   */
  readonly againMillis: number
}

export const syncTiming: SyncTiming = { freshMillis: 60_000, againMillis: 10_000 }

/** So many records that are gone at once are believed; of more, no more than half of what is held, of each kind and of all. */
const believed = 10

interface Gone {
  readonly gone: ReadonlyArray<HeldName>
  readonly held: ReadonlyArray<HeldName>
}

/** More than can be believed: one kind may be what Traveler's user may no longer read; one that tells nothing knows nothing. */
const unbelievable = (all: Gone): Gone | undefined => {
  if (all.gone.length > 1 && all.gone.length === all.held.length) return all
  const byKind = Array.from(
    Map.groupBy(all.gone, ({ kind }) => kind),
    ([kind, gone]) => ({
      gone,
      held: all.held.filter((record) => record.kind === kind)
    })
  )
  return [all, ...byKind].find(({ gone, held }) => gone.length > believed && gone.length * 2 > held.length)
}

const decodeObject = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown)))

/** What a record may be called that can't be understood: every text that it says. */
const perhapsCalled = ({ body, type }: ErpChange): ReadonlyArray<string> =>
  Object.values(Option.getOrElse(decodeObject(body), () => ({}))).map((value) => `${type} ${value}`)

/** Only for messages that say no time, which can't be understood. */
const noTime = OccurredAt.make("1970-01-01T00:00:00Z")

const toldOf = (plant: PlantId, publication: Publication): Told | undefined => {
  const delivery = { ...publication, queue: inboundQueue(plant), plant, redelivered: false }
  const { decoded } = read(delivery)
  if (Result.isFailure(decoded) || !isMasterData(decoded.success)) return undefined
  const { metadata, stream } = understand(delivery, noTime)
  // As the view ranks it: no sender counts master data.
  return { stream, rank: { ...rankOf(metadata), sequence: 0 }, message: decoded.success }
}

/**
 * A change that the ERP gave no stamp of its own. It holds over what is known, which has the same stamp or a later one:
 * by that stamp, and by an id that sorts after the ERP's own and, from run to run, in order. Told again by the same run
 * it is the same.
 */
const unstampedChange = (run: number, stream: string, type: string, body: object): ErpChange => {
  const said = JSON.stringify(body)
  const digest = hex(sha256(encoder.encode(`${stream}\n${said}`))).slice(0, 32)
  return { id: `~sync/${String(run).padStart(10, "0")}/${digest}`, type, body: said }
}

const tooManyGone = (plant: PlantId, erp: string, gone: number, held: number) =>
  new DataQualityIssue({
    field: `erp/${erp}`,
    value: plant,
    reason: `It no longer tells of ${gone} of ${held} records that it told of before, and so many are not taken back`,
    nextStep: "See whether Traveler's user may still read all of them in the ERP; then: npm run traveler -- sync"
  })

/** Pages are told as they come; `counts` grows as it goes, so that a failure doesn't hide what was done. */
export const syncPlant = Effect.fnUntraced(function* (
  run: number,
  plant: PlantId,
  counts: { -readonly [Count in keyof SyncCounts]: SyncCounts[Count] },
  { againMillis, freshMillis }: SyncTiming
) {
  const erp = yield* Erp
  const broker = yield* Broker
  const unreadable = new Set<string>()
  const isUnreadable = ({ id, kind }: HeldName) => unreadable.has(`${kind}Published ${id}`)
  const comparison = new Comparison((yield* Clock.currentTimeMillis) - freshMillis)
  let isDeclared = false

  const publish = Effect.fnUntraced(function* (changes: ReadonlyArray<ErpChange>) {
    if (changes.length === 0) return
    if (!isDeclared) yield* broker.declarePlant(plant)
    isDeclared = true
    yield* broker.publish(changes.map((change) => publicationOf(erp.name, plant, change)))
  })

  /** All that the ERP tells of, from the beginning, page by page. */
  const eachPage = Effect.fnUntraced(function* <E, R>(
    use: (
      page: ReadonlyArray<{ readonly change: ErpChange; readonly told: Told | undefined }>
    ) => Effect.Effect<void, E, R>
  ) {
    let cursor: string | undefined
    while (true) {
      const page = yield* erp.changes(plant, cursor)
      const records = page.changes.filter(({ type }) => Object.hasOwn(masterDataMessages, type))
      const told = records.map((change) => ({ change, told: toldOf(plant, publicationOf(erp.name, plant, change)) }))
      for (const one of told) {
        if (one.told === undefined) for (const called of perhapsCalled(one.change)) unreadable.add(called)
      }
      yield* use(told)
      if (!page.more) return
      cursor = page.cursor
    }
  })

  yield* eachPage(
    Effect.fnUntraced(function* (page) {
      const held = yield* heldByStream(page.flatMap(({ told }) => told?.stream ?? []))
      const missed = page.filter(
        ({ told }) => told !== undefined && comparison.judge(told, held.get(told.stream)) === "missed"
      )
      yield* publish(missed.map(({ change }) => change))
      counts.told += page.length
      counts.changed += missed.length
      counts.unreadable += page.filter(({ told }) => told === undefined).length
    })
  )

  const unstamped = comparison.unstamped()
  yield* publish(
    unstamped.map(({ held, told: { message, stream } }) =>
      unstampedChange(run, stream, message.type, { ...message.body, occurredAt: held.changedAt })
    )
  )
  counts.changed += unstamped.length

  const source = `${plant}/${exchanges.erpEvents}/${erp.name}`
  const all = yield* heldFrom(plant, source)
  const seemGone = all.filter((record) => comparison.isGone(record))
  if (seemGone.length === 0) return
  yield* Effect.sleep(againMillis)
  const toldAgain = new Set<string>()
  yield* eachPage((page) =>
    Effect.sync(() => {
      for (const { told } of page) if (told !== undefined) toldAgain.add(told.stream)
    })
  )
  const gone = seemGone.filter((record) => !toldAgain.has(record.stream) && !isUnreadable(record))
  const tooMany = unbelievable({ gone, held: all })
  if (tooMany !== undefined) {
    return yield* tooManyGone(plant, erp.name, tooMany.gone.length, tooMany.held.length)
  }
  const records = yield* heldByStream(gone.map(({ stream }) => stream))
  yield* publish(Array.from(records.values(), (record) => takenBack(run, record)))
  counts.gone += gone.length
})

const types = Object.keys(masterDataMessages)

const takenBack = (run: number, { changedAt, content, kind, stream }: HeldRecord): ErpChange => {
  const type = types.find((one) => one === `${kind}Published`) ?? kind
  return unstampedChange(run, stream, type, { ...content, occurredAt: changedAt, actionCode: "Delete" })
}
