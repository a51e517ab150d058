// The events of an export, line by line: each is what was signed, and none is missing. Pure. Used by `verify-export.ts`.
import { Exit, Schema } from "effect"
import type { SignedCheckpoint } from "./checkpoint.ts"
import { EvidenceLine, whyNotProven } from "./evidence-line.ts"
import type { Manifest } from "./manifest.ts"

/** Where an export isn't what was exported. */
export interface Finding {
  readonly file: string
  /** In a file of lines, from 1. */
  readonly line?: number
  readonly reason: string
}

const decodeLine = Schema.decodeUnknownExit(Schema.fromJsonString(EvidenceLine))

const Digest = Schema.Struct({ metadata: Schema.Struct({ digest: Schema.String }) })
const decodeDigest = Schema.decodeUnknownExit(Digest)

const digestIn = (content: unknown): string => {
  const decoded = decodeDigest(content)
  return Exit.isSuccess(decoded) ? decoded.value.metadata.digest : ""
}

/** What was seen of the events so far: how many, and whether streams and runs are whole. */
export class ExportedEvents {
  readonly findings: Array<Finding> = []
  readonly digests = new Set<string>()
  proven = 0
  notYetProven = 0
  #line = 0
  readonly #versions = new Map<string, number>()
  readonly #offsets = new Map<number, number>()

  take(text: string, checkpoint: SignedCheckpoint, manifest: Manifest): void {
    this.#line++
    const decoded = decodeLine(text)
    if (Exit.isFailure(decoded)) {
      this.#found("It isn't a line of an export")
      return
    }
    const line = decoded.value
    const outOfPlace = this.#outOfPlace(line, manifest)
    const reason = whyNotProven(line, checkpoint.partitions[line.partition]) ?? outOfPlace
    if (reason !== undefined) this.#found(reason)
    else if (line.proof === undefined) this.notYetProven++
    else this.proven++
    this.digests.add(digestIn(line.content))
  }

  /** An order's or a lot's streams are whole from version 1; a time's partitions have a whole run of offsets. */
  #outOfPlace({ offset, partition, stream, version }: EvidenceLine, { runs, streams }: Manifest): string | undefined {
    const before = this.#versions.get(stream) ?? 0
    const run = runs.get(partition)
    const last = this.#offsets.get(partition) ?? (run === undefined ? 0 : run.first - 1)
    this.#versions.set(stream, version)
    this.#offsets.set(partition, offset)
    if (offset <= last) return `Offset ${offset} follows ${last}`
    if (run === undefined && !streams.has(stream)) return "The manifest doesn't know its stream"
    if (run === undefined && version !== before + 1) return `Version ${version} follows ${before}`
    if (run !== undefined && offset !== last + 1) return `Offset ${offset} follows ${last}`
    return undefined
  }

  end({ events, notYetProven, runs, streams }: Manifest): void {
    for (const [stream, versions] of streams) {
      const found = this.#versions.get(stream) ?? 0
      if (found !== versions) this.#missing(`Stream ${stream} ends at version ${found} of ${versions}`)
    }
    for (const [partition, { last }] of runs) {
      const found = this.#offsets.get(partition) ?? 0
      if (found !== last) this.#missing(`Partition ${partition} ends at offset ${found} of ${last}`)
    }
    if (this.#line !== events) this.#missing(`It has ${this.#line} events, and the manifest speaks of ${events}`)
    if (this.findings.length === 0 && this.notYetProven !== notYetProven)
      this.#missing(`${this.notYetProven} events aren't proven, and the manifest speaks of ${notYetProven}`)
  }

  #found(reason: string): void {
    this.findings.push({ file: "events.jsonl", line: this.#line, reason })
  }

  #missing(reason: string): void {
    this.findings.push({ file: "events.jsonl", reason })
  }
}
