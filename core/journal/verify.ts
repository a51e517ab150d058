// Proves that rows are one unbroken log, or says where it breaks and why. Pure; used by `audit verify`, the demo, tests.
import { Result } from "effect"
import type { EventRow } from "./event.ts"
import { eventHash, genesis, hex } from "./hash.ts"
import type { StreamName } from "./stream.ts"

/** A row that doesn't follow from those before it. */
export interface Break {
  readonly partition: number
  readonly offset: number
  readonly reason: string
}

/** How far one partition's log is proved. Goes on with the next page of rows. */
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
      if (reason !== undefined) return Result.fail({ partition: this.partition, offset: this.offset + 1, reason })
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

/** A whole log at once. */
export const verifyRows = (partition: number, rows: ReadonlyArray<EventRow>): Result.Result<void, Break> =>
  new Verification(partition).take(rows)
