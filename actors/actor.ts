// One actor: a stream's cell with its version and the ids of all messages it has handled. Used by the partition alone.

import { decode } from "../core/journal/codec.ts"
import type { LoadedStream } from "../core/journal/journal.ts"
import type { StreamName } from "../core/journal/stream.ts"
import { type MessageMetadata, messageKey } from "../core/message/metadata.ts"
import type { Behaviour, Cell } from "./behaviour.ts"

export interface Actor {
  /** One text for all that name it: those of its messages are garbage once they are handled. */
  readonly stream: StreamName
  readonly key: number
  readonly cell: Cell
  /**
   * Every message that this stream has handled → its body's fingerprint; complete, never a window. A second body
   * under the same id is handled too, under `<id>\n<fingerprint>`.
   */
  readonly handled: Map<string, string>
  /** Fingerprints of all of them: a body that comes under another id shows here. */
  readonly bodies: Set<string>
  version: number
  /** Of the last snapshot, 0 for none. */
  snapshotVersion: number
  /** The partition's batch that touched it last: an actor ahead of the journal is never passivated. */
  lastBatch: number
}

/** 128 bits of the digest as text: enough to tell two bodies of one id apart, and small in a map of millions. */
export const fingerprint = (digest: Uint8Array): string =>
  Buffer.from(digest.buffer, digest.byteOffset, 16).toString("base64url")

/** Marks a message as handled, and the one whose place it takes. */
export const markHandled = (
  { bodies, handled }: Pick<Actor, "bodies" | "handled">,
  metadata: MessageMetadata
): void => {
  const key = messageKey(metadata)
  const print = fingerprint(metadata.digest)
  bodies.add(print)
  const known = handled.get(key)
  if (known === undefined) handled.set(key, print)
  else if (known !== print) handled.set(`${key}\n${print}`, "")
  if (metadata.corrects !== undefined) {
    const corrected = messageKey(metadata.corrects)
    if (!handled.has(corrected)) handled.set(corrected, "")
  }
}

interface PackedActor {
  readonly handled: ReadonlyArray<readonly [string, string]>
  readonly state: Uint8Array
}

export const packActor = (actor: Actor): PackedActor => ({ handled: [...actor.handled], state: actor.cell.pack() })

export const newActor = (stream: StreamName, key: number, behaviour: Behaviour): Actor => ({
  stream,
  key,
  cell: behaviour.activate(),
  handled: new Map(),
  bodies: new Set(),
  version: 0,
  snapshotVersion: 0,
  lastBatch: 0
})

/** Of a second body under one id the fingerprint stands in its key, see `Actor.handled`. */
const secondBody = (key: string): string => key.split("\n", 3)[2] ?? ""

/** The actor as its snapshot and tail make it. A snapshot of another format must not be given. */
export const activate = (stream: StreamName, loaded: LoadedStream, behaviour: Behaviour): Actor => {
  const packed = loaded.snapshot === undefined ? undefined : decode<PackedActor>(loaded.snapshot.state)
  const cell = behaviour.activate(packed?.state)
  const handled = new Map(packed?.handled)
  const bodies = new Set(Array.from(handled, ([key, print]) => (print === "" ? secondBody(key) : print)))
  for (const event of loaded.tail) {
    markHandled({ handled, bodies }, event.metadata)
    cell.evolve([event])
  }
  const snapshotVersion = loaded.snapshot?.version ?? 0
  return {
    stream,
    key: loaded.key,
    cell,
    handled,
    bodies,
    version: loaded.tail.at(-1)?.version ?? snapshotVersion,
    snapshotVersion,
    lastBatch: 0
  }
}
