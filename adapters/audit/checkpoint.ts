// A checkpoint: what the whole journal was at a time, as the text that is signed. Pure. Used by adapters/audit.
// The first three lines are those of C2SP's tlog-checkpoint: who, how many events, the root over all partitions.
import { hex, sha256 } from "../../core/journal/hash.ts"
import { RightEdge } from "../../core/journal/merkle.ts"
import { partitionHash } from "../../core/journal/stream.ts"
import { type PublicKey, parsePublicKey, type SigningKey } from "./keys.ts"
import { isSignedBy, parseNote, type SignedNote, signNote } from "./signed-note.ts"

export interface SignedPartition {
  /** How many events it has: the offset of the last. */
  readonly size: number
  /** The chain's hash of its last event. */
  readonly hash: Uint8Array
  /** Of the RFC 6962 tree whose leaves are its events' hashes. */
  readonly root: Uint8Array
}

export interface Checkpoint {
  /** The journal, by the name that its keys have. */
  readonly origin: string
  /** From 1, without a gap. */
  readonly number: number
  readonly time: string
  /** SHA-256 of the text of the checkpoint before it; undefined for the first. */
  readonly previous: Uint8Array | undefined
  /** Whose signature counts from the next checkpoint on: where it is another than this one's, the key was rotated. */
  readonly key: PublicKey
  /** SHA-256 of the file with the hashes of all events that are new in it (see `hashes-file.ts`). */
  readonly hashes: Uint8Array
  readonly partitions: ReadonlyArray<SignedPartition>
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64")

const partitionLines = (partitions: ReadonlyArray<SignedPartition>): ReadonlyArray<string> =>
  partitions.map(({ hash, root, size }, partition) => `partition ${partition} ${size} ${base64(hash)} ${base64(root)}`)

/** One root over the lines of all partitions, each a leaf. */
const rootOf = (lines: ReadonlyArray<string>): Uint8Array => {
  const edge = new RightEdge()
  for (const line of lines) edge.append(Buffer.from(line))
  return edge.root
}

export const eventsIn = ({ partitions }: Pick<Checkpoint, "partitions">): number =>
  partitions.reduce((sum, { size }) => sum + size, 0)

export const checkpointText = (checkpoint: Checkpoint): string => {
  const { hashes, key, number, origin, partitions, previous, time } = checkpoint
  const lines = partitionLines(partitions)
  return `${[
    origin,
    eventsIn(checkpoint),
    base64(rootOf(lines)),
    `number ${number}`,
    `time ${time}`,
    `previous ${previous === undefined ? "none" : base64(previous)}`,
    `key ${key.text}`,
    `hashes ${base64(hashes)}`,
    `partitions ${partitions.length} ${partitionHash}`,
    ...lines
  ].join("\n")}\n`
}

/** What the next checkpoint says of this one. */
export const digestOf = (text: string): Uint8Array => sha256(Buffer.from(text))

const after = (line: string | undefined, word: string): string =>
  line?.startsWith(`${word} `) === true ? line.slice(word.length + 1) : ""

const bytesOf = (text: string): Buffer => Buffer.from(text, "base64")

/** Only the very text that `checkpointText` makes is one: so every line was read, and says one thing. */
const parseText = (text: string): Checkpoint | undefined => {
  const [origin = "", , , number, time, previous, keyLine, hashes, , ...lines] = text.split("\n").slice(0, -1)
  const key = parsePublicKey(after(keyLine, "key"))
  if (key === undefined) return undefined
  const partitions = lines.map((line) => {
    const [, , size, hash = "", root = ""] = line.split(" ")
    return { size: Number(size), hash: bytesOf(hash), root: bytesOf(root) }
  })
  const before = after(previous, "previous")
  const checkpoint = {
    ...{ origin, key, partitions },
    number: Number(after(number, "number")),
    time: after(time, "time"),
    previous: before === "none" ? undefined : bytesOf(before),
    hashes: bytesOf(after(hashes, "hashes"))
  }
  return checkpointText(checkpoint) === text ? checkpoint : undefined
}

/** A checkpoint with the note that it came in. */
export interface SignedCheckpoint extends Checkpoint {
  readonly note: SignedNote
}

export const parseCheckpoint = (text: string): SignedCheckpoint | undefined => {
  const note = parseNote(text)
  const checkpoint = note === undefined ? undefined : parseText(note.text)
  return note === undefined || checkpoint === undefined ? undefined : { ...checkpoint, note }
}

/** Signed by the key that counts, and by the next one where that is another. */
export const signCheckpoint = (checkpoint: Checkpoint, key: SigningKey, next: SigningKey): string =>
  signNote(checkpointText(checkpoint), key.text === next.text ? [key] : [key, next])

/** Why a checkpoint doesn't follow the one before it, whose key is `key`; undefined where it does. */
export const whyNotNext = (
  checkpoint: SignedCheckpoint,
  before: SignedCheckpoint | undefined,
  key: PublicKey
): string | undefined => {
  const { note, number, origin, partitions, previous } = checkpoint
  if (!isSignedBy(note, key)) return `It isn't signed by the key ${key.id}, which was to sign it`
  if (!isSignedBy(note, checkpoint.key)) return `The key ${checkpoint.key.id} that it names didn't sign it`
  if (origin !== key.name) return `It is of ${origin}, and its key of ${key.name}`
  if (number !== (before?.number ?? 0) + 1) return `Its number is ${number}, where ${(before?.number ?? 0) + 1} is next`
  if (before === undefined) return previous === undefined ? undefined : "It is the first, but names one before it"
  if (hex(previous ?? new Uint8Array()) !== hex(digestOf(before.note.text)))
    return `What it says of checkpoint ${before.number} isn't what that is`
  if (partitions.length !== before.partitions.length)
    return `It has ${partitions.length} partitions, and checkpoint ${before.number} had ${before.partitions.length}`
  const shrunk = before.partitions.findIndex(({ size }, partition) => (partitions[partition]?.size ?? 0) < size)
  if (shrunk >= 0) return `Partition ${shrunk} has fewer events than in checkpoint ${before.number}`
  const rewritten = before.partitions.findIndex(
    ({ root, size }, index) => partitions[index]?.size === size && hex(partitions[index].root) !== hex(root)
  )
  return rewritten < 0 ? undefined : `Partition ${rewritten} has other events than in checkpoint ${before.number}`
}
