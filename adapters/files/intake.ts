// Reads the CSV files that partners put into a plant's folder: each row is published as a message of its sender, once,
// whatever breaks. Composed by adapters/cli (singleton `files`) and by tests; docs/files.md says what a partner does.
import { createHash } from "node:crypto"
import { mkdir, open, readdir } from "node:fs/promises"
import { join } from "node:path"
import { Cause, Clock, Duration, Effect, Result, Stream } from "effect"
import { schemaVersion } from "../../core/message/catalogue.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { Broker, type Publication } from "../../core/port/broker.ts"
import { oneEach } from "../one-each.ts"
import { plants } from "../postgres/plants.ts"
import { type CheckedFile, checkFile, onlyFiles, openWhole } from "./check.ts"
import { type Folders, foldersOf, moveTo, moveToDone, moveToRefused, unfinishedMove } from "./folders.ts"
import { type IntakeNews, intakeIs, onlyTheseWait, waitingFiles } from "./intake-state.ts"
import { type Manifest, readManifest, suffix } from "./manifest.ts"
import { NotWhole, Refused } from "./refusal.ts"
import { batchesOf, type Cells } from "./rows.ts"

/** Plants whose files are read at once. */
const atOnce = 4

/** A crash has kept this from being said in its own words. */
const answered: IntakeNews = { state: "refused", reason: "See its answer file" }

/** A manifest says a line or two of each file. */
const largestManifest = 10_000_000

const encoder = new TextEncoder()

/** AMQP carries no longer one: its row's own id takes its place, and the row isn't lost. */
const longestId = 255

/** The row's own id where its sender gives none: the same file again says the same. */
const publicationOf = (
  plant: PlantId,
  { exchange, sender }: Manifest,
  { listed: { sha256, type }, readRow }: CheckedFile,
  cells: Cells,
  row: number
): Publication => {
  const { body, messageId } = readRow(cells)
  const isSendable = messageId !== undefined && encoder.encode(messageId).length <= longestId
  return {
    exchange,
    routingKey: `${plant}.${type}`,
    type,
    contentType: "application/json",
    body: encoder.encode(JSON.stringify(body)),
    messageId: isSendable ? messageId : `${sha256}/${row}`,
    appId: sender,
    schemaVersion
  }
}

const notReached = (file: string) => (error: unknown) => new NotWhole({ file, reason: `It can't be reached: ${error}` })

const readManifestBytes = async (path: string): Promise<Buffer> => {
  const handle = await open(path, onlyFiles)
  try {
    const { size } = await handle.stat()
    if (size > largestManifest) throw new Error(`${size} bytes are too many for a manifest`)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

/**
 * Works until its fiber is interrupted; what goes wrong with a manifest is said of it, and keeps no other waiting. All of
 * a manifest's files are checked before a row of one is published, and they are moved once the broker has confirmed the
 * last row: killed before that, they are read again, and every row is a duplicate.
 */
export const runFileIntake = Effect.fnUntraced(function* (options: {
  readonly root: string
  readonly every: Duration.Input
  /** What waits for longer is told in the log; it is shown from the beginning. */
  readonly patience: Duration.Input
}) {
  const { every, root } = options
  const patience = Duration.toMillis(options.patience)
  const broker = yield* Broker

  /** By their manifests: all of it is published, and it couldn't be moved yet. After a crash it is published once more. */
  const published = new Set<string>()

  const publish = (plant: PlantId, manifest: Manifest, file: CheckedFile) => {
    let row = -1
    return Stream.fromAsyncIterable(batchesOf(file.handle), notReached(file.listed.name)).pipe(
      Stream.runForEach((batch) => {
        const messages = batch.flatMap((cells) =>
          ++row === 0 ? [] : [publicationOf(plant, manifest, file, cells, row)]
        )
        return broker.publish(messages)
      })
    )
  }

  const take = Effect.fnUntraced(function* (plant: PlantId, folders: Folders, name: string) {
    const bytes = yield* Effect.tryPromise({
      try: () => readManifestBytes(join(folders.in, name)),
      catch: notReached(name)
    })
    const digest = createHash("sha256").update(bytes).digest("hex")
    const move = (how: () => Promise<void>) => Effect.tryPromise({ try: how, catch: notReached(name) })
    const refuse = Effect.fnUntraced(function* (files: ReadonlyArray<string>, refusals: ReadonlyArray<Refused>) {
      yield* move(() => moveToRefused(folders, name, digest, files, refusals))
      const [first] = refusals
      const why = first === undefined ? {} : { file: first.file, reason: `${first.field}: ${first.reason}` }
      const news: IntakeNews = { state: "refused", ...why }
      return news
    })
    const read = readManifest(name, bytes.toString("utf8"))
    if (Result.isFailure(read)) {
      return read.failure instanceof NotWhole ? yield* read.failure : yield* refuse([], [read.failure])
    }
    const manifest = read.success
    const files = manifest.files.map((file) => file.name)
    const rows = manifest.files.reduce((sum, file) => sum + file.rows, 0)
    const done: IntakeNews = { state: "read", rows }
    const unfinished = yield* Effect.tryPromise({
      try: () => unfinishedMove(folders, name, digest),
      catch: notReached(name)
    })
    if (unfinished !== undefined) {
      yield* move(() => moveTo(unfinished, folders, name, files))
      return unfinished.startsWith(folders.done) ? done : answered
    }
    const whole = yield* Effect.forEach(manifest.files, (file) => openWhole(folders.in, file))
    // Before a gigabyte is read for a broker that is down.
    yield* broker.declarePlant(plant)
    const checks = yield* Effect.forEach(whole, (file) => Effect.result(checkFile(file)))
    const failures = checks.flatMap((check) => (Result.isFailure(check) ? [check.failure] : []))
    const waits = failures.find((failure) => failure instanceof NotWhole)
    if (waits !== undefined) return yield* waits
    const refusals = failures.filter((failure) => failure instanceof Refused)
    if (refusals.length > 0) return yield* refuse(files, refusals)
    const told = `${plant}/${name}/${digest}`
    if (!published.has(told)) {
      for (const check of checks) if (Result.isSuccess(check)) yield* publish(plant, manifest, check.success)
      published.add(told)
    }
    yield* move(() => moveToDone(folders, name, digest, files))
    published.delete(told)
    return done
  }, Effect.scoped)

  const wordsOf = (cause: Cause.Cause<unknown>): IntakeNews => {
    const error = Cause.squash(cause)
    if (error instanceof NotWhole) return { state: "waiting", file: error.file, reason: error.reason }
    const says = typeof error === "object" && error !== null && "reason" in error ? error.reason : error
    return { state: "waiting", reason: String(says) }
  }

  const inboxOf = Effect.fnUntraced(function* (plant: PlantId) {
    const folders = foldersOf(root, plant)
    const names = yield* Effect.tryPromise({
      try: async () => {
        // The root is the operator's to make: without it, it may be a disk that isn't mounted.
        await mkdir(join(root, plant)).catch((error: unknown) => {
          if (!isThereAlready(error)) throw error
        })
        await mkdir(folders.in, { recursive: true })
        return await readdir(folders.in)
      },
      catch: notReached(folders.in)
    })
    const manifests = names.filter((name) => name.endsWith(suffix) && !name.startsWith(".")).sort()
    for (const name of manifests) {
      const news = yield* take(plant, folders, name).pipe(
        Effect.catchCause((cause) =>
          Cause.hasInterruptsOnly(cause) ? Effect.failCause(cause) : Effect.succeed(wordsOf(cause))
        )
      )
      yield* intakeIs(plant, name, news)
    }
    const unnamed = manifests.length > 0 ? [] : names.filter((name) => !name.startsWith("."))
    for (const name of unnamed) yield* intakeIs(plant, name, { state: "waiting", reason: "No manifest names it (yet)" })
    yield* onlyTheseWait(plant, [...manifests, ...unnamed])
  })

  /** Of each thing, what was said of it last: it is said once. */
  const told = new Map<string, string>()
  const tell = (of: string, what: string) =>
    Effect.suspend(() => {
      if (told.get(of) === what) return Effect.void
      told.set(of, what)
      return Effect.logWarning(what)
    })

  const tellOfWaiting = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    for (const { file, manifest, plant, reason, since } of yield* waitingFiles) {
      if (now - since.getTime() < patience) continue
      const why = `${file === null ? "" : `${file}: `}${reason}`
      yield* tell(`${plant}/${manifest}`, `Plant ${plant}: ${manifest} waits since ${since.toISOString()}: ${why}`)
    }
  })

  const goesOn = (cause: Cause.Cause<unknown>) => Effect.logWarning("The exchange of files failed and goes on", cause)
  const begin = yield* oneEach<PlantId>(atOnce, (_plant, cause) => goesOn(cause))

  const round = Effect.gen(function* () {
    for (const plant of yield* plants) {
      yield* begin(
        plant,
        inboxOf(plant).pipe(
          Effect.catchTag("NotWhole", ({ file, reason }) => tell(plant, `Plant ${plant}: ${file}: ${reason}`))
        )
      )
    }
    yield* tellOfWaiting
  })

  return yield* round.pipe(
    Effect.catchCause((cause) => (Cause.hasInterruptsOnly(cause) ? Effect.failCause(cause) : goesOn(cause))),
    Effect.andThen(Effect.sleep(every)),
    Effect.forever
  )
}, Effect.scoped)

const isThereAlready = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "EEXIST"
