// What `traveler audit verify` tells of the journal: in words, and for machines.
import type { Break } from "../../core/journal/verify.ts"
import type { PublicKey } from "../audit/keys.ts"
import type { ProvedPartition } from "../audit/prove-partition.ts"
import { isSound, type Verdict } from "../audit/verdict.ts"

export interface VerifiedBy {
  /** Where the checkpoints were read; undefined where none were. */
  readonly folder: string | undefined
  readonly trusted: PublicKey | undefined
  readonly milliseconds: number
}

const sumOf = (partitions: ReadonlyArray<ProvedPartition>, of: (partition: ProvedPartition) => number): number =>
  partitions.reduce((sum, partition) => sum + of(partition), 0)

const found = ({ found }: Break): ReadonlyArray<string> =>
  found === undefined
    ? []
    : [
        `  There stands version ${found.version} of ${found.stream === "" ? "a stream whose name is gone" : found.stream}, ${found.type}, recorded ${timeOf(found.recordedAt)}.`
      ]

/** A time that was tampered with may be none. */
const timeOf = (millis: number): string =>
  Number.isNaN(new Date(millis).getTime()) ? String(millis) : new Date(millis).toISOString()

const breakLines = ({ break: broken, notYetProven, proven }: ProvedPartition): ReadonlyArray<string> =>
  broken === undefined
    ? []
    : [
        `BROKEN: partition ${broken.partition} at offset ${broken.offset}. ${broken.reason}.`,
        ...found(broken),
        `  Of this partition the first ${proven} events are proven${notYetProven === 0 ? "" : `, ${notYetProven} more are not yet`}; nothing from ${broken.offset} on is.`
      ]

const checkpointLine = ({ checkpoint, doubts }: Verdict, { folder, trusted }: VerifiedBy): string => {
  if (folder === undefined) return "No checkpoints were read, so nothing outside the database vouches for it."
  if (checkpoint === undefined)
    return `${doubts.length === 0 ? `There is no checkpoint in ${folder}` : `No checkpoint in ${folder} can be believed`}, so nothing is proven.`
  const { key, number, time } = checkpoint
  const by =
    trusted === undefined
      ? `which is what ${folder} says: compare it with the one you were given`
      : "vouched for by the one that you trust"
  return `Checkpoint ${number} of ${time} is the last that left the machine. Its key is ${key}, ${by}.`
}

export const verdictInWords = (verdict: Verdict, by: VerifiedBy): string => {
  const { alteredBlocks, alteredRaw, besides, doubts, partitions, undecided } = verdict
  const [proven, notYetProven] = [sumOf(partitions, (of) => of.proven), sumOf(partitions, (of) => of.notYetProven)]
  return [
    checkpointLine(verdict, by),
    `${proven} events are proven to be what was signed. ${notYetProven} are not yet proven: unbroken in themselves, but recorded after it.`,
    ...partitions.flatMap(breakLines),
    ...besides.map((place) => `BESIDE THE LOG: ${place}. No log holds it, but who reads a stream would find it.`),
    ...doubts.map(({ checkpoint, reason }) => `NOT BELIEVED: checkpoint ${checkpoint}. ${reason}.`),
    ...alteredRaw.map((hash) => `ALTERED: the raw message ${hash} has other bytes now.`),
    ...undecided.map(
      (hash) => `REMOVED: the raw message ${hash} has no bytes, and the journal has no decision on that.`
    ),
    ...alteredBlocks.map((place) => `ALTERED: a message in ${place} has other bytes now, or none.`),
    `${isSound(verdict) ? "Nothing is broken" : "SOMETHING IS BROKEN"}; ${partitions.length} partitions in ${(by.milliseconds / 1000).toFixed(1)} s.`
  ].join("\n")
}

export const verdictAsJson = (verdict: Verdict, { milliseconds }: VerifiedBy) => {
  const { alteredBlocks, alteredRaw, besides, checkpoint, doubts, partitions, undecided } = verdict
  return {
    sound: isSound(verdict),
    checkpoint: checkpoint ?? null,
    proven: sumOf(partitions, (of) => of.proven),
    notYetProven: sumOf(partitions, (of) => of.notYetProven),
    breaks: partitions.flatMap(({ break: broken, proven }) => (broken === undefined ? [] : [{ ...broken, proven }])),
    doubts,
    besides,
    alteredRaw,
    undecided,
    alteredBlocks,
    partitions: partitions.map(({ notYetProven, partition, proven }) => ({ partition, proven, notYetProven })),
    milliseconds
  }
}
