// The received requests on disk, as sent: the newest part of them, bounded. For adapters/telemetry/receiver only.
// Each is preceded by its length, 4 bytes big-endian: the format of the OpenTelemetry Collector's file exporter.
import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writev
} from "node:fs"

/** Where the whole records of a file end: a process killed while writing leaves a torn one behind. */
const wholeLength = (file: number): number => {
  const { size } = fstatSync(file)
  const head = Buffer.alloc(4)
  let at = 0
  while (readSync(file, head, 0, 4, at) === 4 && at + 4 + head.readUInt32BE() <= size) at += 4 + head.readUInt32BE()
  return at
}

const records = function* (path: string): Generator<Uint8Array> {
  if (!existsSync(path)) return
  const bytes = readFileSync(path)
  let at = 0
  while (at + 4 <= bytes.length) {
    const end = at + 4 + bytes.readUInt32BE(at)
    if (end > bytes.length) return
    yield bytes.subarray(at + 4, end)
    at = end
  }
}

/** Keeps what earlier runs left. At most `limit` bytes in two files: when the newer is half of it, the older goes. */
export class Spool {
  readonly #path: string
  readonly #limit: number
  #file: number
  #size: number
  #last: Promise<void> = Promise.resolve()

  constructor(path: string, limit: number) {
    this.#path = path
    this.#limit = limit
    this.#file = openSync(path, "a+")
    this.#size = wholeLength(this.#file)
    ftruncateSync(this.#file, this.#size)
  }

  /** One after the other; fulfilled when the operating system has it. */
  append(request: Uint8Array): Promise<void> {
    this.#last = this.#last.then(
      () => this.#write(request),
      () => this.#write(request)
    )
    return this.#last
  }

  /** Newest first; what is appended meanwhile may be missing. The older file is read only if it comes to that. */
  *newest(): Generator<Uint8Array> {
    yield* [...records(this.#path)].reverse()
    yield* [...records(this.#older)].reverse()
  }

  get #older(): string {
    return `${this.#path}.1`
  }

  #write(request: Uint8Array): Promise<void> {
    if (this.#size > 0 && this.#size + request.length + 4 > this.#limit / 2) this.#rotate()
    const head = Buffer.alloc(4)
    head.writeUInt32BE(request.length)
    const from = this.#size
    this.#size += 4 + request.length
    return new Promise((resolve, reject) => {
      writev(this.#file, [head, request], (error, written) => {
        if (error === null && written === 4 + request.length) return resolve()
        // A full disk tears a record: what follows would be read as its rest.
        ftruncateSync(this.#file, from)
        this.#size = from
        reject(error ?? new Error("The disk is full"))
      })
    })
  }

  #rotate(): void {
    closeSync(this.#file)
    rmSync(this.#older, { force: true })
    renameSync(this.#path, this.#older)
    this.#file = openSync(this.#path, "a+")
    this.#size = 0
  }
}
