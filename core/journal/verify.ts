// Proves that rows are one unbroken log, and the one that was signed, or says where it breaks and why. Pure; used by
// `audit verify`, the demo, tests.
import { Result } from "effect"
import type { EventRow } from "./event.ts"
import { eventHash, genesis, hex } from "./hash.ts"
import { RightEdge } from "./merkle.ts"
import type { StreamName } from "./stream.ts"

/** Where a log isn't what it should be. */
export interface Break {
  readonly partition: number
  /** The first event that isn't. */
  readonly offset: number
  readonly reason: string
  /** What stands there, as far as it can be read; absent where nothing does. */
  readonly found?: Pick<EventRow, "stream" | "version" | "type" | "recordedAt">
}

export const readable = ({ recordedAt, stream, type, version }: EventRow): Required<Break>["found"] => ({
  ...{ stream, version, type, recordedAt }
})

/** How far one partition's log is an unbroken chain. Goes on with the next page of rows. */
export class Verification {
  readonly partition: number
  offset = 0
  hash: Uint8Array = genesis
  #recordedAt = 0
  #streams = new Map<number, { readonly name: StreamName; version: number }>()
  #names = new Set<StreamName>()

  constructor(partition: number) {
    this.partition = partition
  }

  /** Takes the rows that follow, up to the first that doesn't fit. */
  take(rows: ReadonlyArray<EventRow>): Result.Result<void, Break> {
    for (const row of rows) {
      const reason = this.#whyNot(row)
      if (reason !== undefined) {
        return Result.fail({ partition: this.partition, offset: this.offset + 1, reason, found: readable(row) })
      }
      this.#accept(row)
    }
    return Result.void
  }

  #whyNot(row: EventRow): string | undefined {
    if (row.partition !== this.partition) return `The row is of partition ${row.partition}`
    if (row.offset !== this.offset + 1) return `Offset ${row.offset} follows ${this.offset}`
    if (row.recordedAt < this.#recordedAt) return `Recorded at ${row.recordedAt}, before the row that it follows`
    const stream = this.#streams.get(row.key)
    if (stream === undefined) {
      if (row.key !== this.#streams.size + 1) return `Key ${row.key} is new, where ${this.#streams.size + 1} is next`
      if (this.#names.has(row.stream)) return `Stream ${row.stream} has a second key, ${row.key}`
    } else if (stream.name !== row.stream) {
      return `Key ${row.key} is of stream ${stream.name} and now of ${row.stream}`
    }
    const version = (stream?.version ?? 0) + 1
    if (row.version !== version) return `Version ${row.version} of ${row.stream}, where ${version} is next`
    const expected = eventHash(this.hash, row)
    if (Buffer.compare(expected, row.hash) !== 0) {
      return `Hash is ${hex(row.hash)}, but the row and the one before it give ${hex(expected)}`
    }
    return undefined
  }

  #accept(row: EventRow): void {
    this.offset = row.offset
    this.hash = row.hash
    this.#recordedAt = row.recordedAt
    const stream = this.#streams.get(row.key)
    if (stream === undefined) {
      this.#streams.set(row.key, { name: row.stream, version: row.version })
      this.#names.add(row.stream)
    } else {
      stream.version = row.version
    }
  }
}

/** What a signed checkpoint says of a log: how many events it had, the last one's hash, and the root over their hashes. */
export interface SignedLog {
  /** The checkpoint's number. */
  readonly checkpoint: number
  readonly size: number
  readonly hash: Uint8Array
  readonly root: Uint8Array
}

/** A log held against what was signed of it: an unbroken chain alone may have been made anew from some event on. */
export class Proving {
  readonly #chain: Verification
  readonly #edge = new RightEdge()
  readonly #signed: ReadonlyArray<SignedLog>
  #next = 0
  /** Up to this offset it is what a checkpoint signed. */
  proven = 0

  /** `signed` in order of the checkpoints, which cover more and more of the log. */
  constructor(partition: number, signed: ReadonlyArray<SignedLog>) {
    this.#chain = new Verification(partition)
    this.#signed = signed.filter(({ size }) => size > 0)
  }

  get partition(): number {
    return this.#chain.partition
  }

  /** Up to this offset it is an unbroken chain. */
  get offset(): number {
    return this.#chain.offset
  }

  /** Takes the rows that follow, up to the first that doesn't fit. */
  take(rows: ReadonlyArray<EventRow>): Result.Result<void, Break> {
    const before = this.offset
    const taken = this.#chain.take(rows)
    for (const row of rows.slice(0, this.offset - before)) {
      if (this.#next === this.#signed.length) break
      this.#edge.append(row.hash)
      const reason = this.#compare(row.hash)
      if (reason !== undefined) {
        return Result.fail({ partition: this.partition, offset: this.proven + 1, reason })
      }
    }
    return taken
  }

  /** Once all rows were taken. */
  end(): Result.Result<void, Break> {
    const missing = this.#signed[this.#next]
    if (missing === undefined) return Result.void
    return Result.fail({
      partition: this.partition,
      offset: this.offset + 1,
      reason: `The log ends at ${this.offset}, but checkpoint ${missing.checkpoint} signed ${missing.size} events`
    })
  }

  /** With every checkpoint that ends with this event: why one doesn't hold. */
  #compare(hash: Uint8Array): string | undefined {
    const { size } = this.#edge
    for (let signed = this.#signed[this.#next]; signed?.size === size; signed = this.#signed[++this.#next]) {
      if (Buffer.compare(signed.root, this.#edge.root) !== 0 || Buffer.compare(signed.hash, hash) !== 0) {
        return `The events from ${this.proven + 1} to ${size} aren't those that checkpoint ${signed.checkpoint} signed`
      }
      this.proven = size
    }
    return undefined
  }
}

/** A whole log at once. */
export const verifyRows = (partition: number, rows: ReadonlyArray<EventRow>): Result.Result<void, Break> =>
  new Verification(partition).take(rows)
