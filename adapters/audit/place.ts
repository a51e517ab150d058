// The second place, to which checkpoints go so that nobody who has the database can change them: a folder, which may be a
// share of another machine, or an address that takes files by PUT. Used by adapters/audit and `traveler audit`.
import { mkdir, open, readdir, readFile, rename } from "node:fs/promises"
import { join } from "node:path"
import { Effect } from "effect"
import { BusinessRuleViolation, type Failure, messageOf, TechnicalFailure } from "../../core/failure.ts"

export interface Place {
  readonly name: string
  /** A file that is there stays as it is: an equal one is success, another one a failure. */
  readonly put: (name: string, bytes: Uint8Array) => Effect.Effect<void, Failure>
  /** Whether it has the checkpoint of this number, or a later one. An address that doesn't answer isn't known to. */
  readonly reaches: (number: number) => Effect.Effect<boolean, Failure>
}

const notReached = (place: string) => (error: unknown) =>
  new TechnicalFailure({
    field: "publish",
    value: place,
    reason: messageOf(error),
    nextStep: "The checkpoint is kept and published with the next one; see whether the place can be written to"
  })

const taken = (file: string) =>
  new BusinessRuleViolation({
    field: "publish",
    value: file,
    reason: "Another file of this name is there",
    nextStep: "It is from another journal, or somebody changed it: npm run traveler -- audit verify"
  })

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT"

export const noteName = (number: number): string => `checkpoint-${String(number).padStart(8, "0")}.txt`
export const hashesName = (number: number): string => `checkpoint-${String(number).padStart(8, "0")}.hashes`

/** The numbers of the notes in a folder, in order. */
export const numbersIn = async (folder: string): Promise<ReadonlyArray<number>> =>
  (await readdir(folder))
    .flatMap((name) => /^checkpoint-(\d{8})\.txt$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((left, right) => left - right)

/** Before the first is put there, there may be no folder. */
const lastIn = async (folder: string): Promise<number> => {
  try {
    return (await numbersIn(folder)).at(-1) ?? 0
  } catch (error) {
    if (isMissing(error)) return 0
    throw error
  }
}

/** Whole or not at all: it has its name once its bytes are on the disk. */
const write = async (folder: string, name: string, bytes: Uint8Array): Promise<void> => {
  await mkdir(folder, { recursive: true })
  const unfinished = join(folder, `.${name}`)
  const file = await open(unfinished, "w")
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, join(folder, name))
}

const folderPlace = (folder: string): Place => ({
  name: folder,
  put: (name, bytes) =>
    Effect.gen(function* () {
      const path = join(folder, name)
      const there = yield* Effect.tryPromise({
        try: () => readFile(path).catch((error: unknown) => (isMissing(error) ? undefined : Promise.reject(error))),
        catch: notReached(path)
      })
      if (there === undefined)
        return yield* Effect.tryPromise({ try: () => write(folder, name, bytes), catch: notReached(path) })
      if (!there.equals(bytes)) return yield* taken(path)
    }),
  reaches: (number) =>
    Effect.tryPromise({ try: async () => (await lastIn(folder)) >= number, catch: notReached(folder) })
})

const patience = 30_000

/** `If-None-Match: *` asks the server not to replace what is there, which then says 412. */
const urlPlace = (base: string): Place => {
  const ask = (url: string, init: RequestInit) =>
    Effect.tryPromise({
      try: async () => {
        const response = await fetch(url, { ...init, signal: AbortSignal.timeout(patience) })
        return { status: response.status, body: Buffer.from(await response.arrayBuffer()) }
      },
      catch: notReached(url)
    })
  const urlOf = (name: string): string => `${base.replace(/\/$/, "")}/${name}`
  return {
    name: base,
    put: (name, bytes) =>
      Effect.gen(function* () {
        const url = urlOf(name)
        const { status } = yield* ask(url, {
          method: "PUT",
          headers: { "if-none-match": "*", "content-type": "application/octet-stream" },
          body: Buffer.from(bytes)
        })
        if (status >= 200 && status < 300) return
        if (status !== 412) return yield* notReached(url)(new Error(`It answered ${status}`))
        const there = yield* ask(url, {})
        if (!there.body.equals(bytes)) return yield* taken(url)
      }),
    reaches: (number) =>
      ask(urlOf(noteName(number)), {}).pipe(
        Effect.map(({ status }) => status === 200),
        Effect.orElseSucceed(() => false)
      )
  }
}

export const isUrl = (place: string): boolean => /^https?:\/\//.test(place)

export const placeOf = (place: string): Place => (isUrl(place) ? urlPlace(place) : folderPlace(place))
