// How the archive stands, in words. Used by `archive status` and `doctor`.
import type { ArchiveStatus } from "../archive/queries.ts"

/** What is missing is always said; that nothing is, too. */
export const archiveLines = ({
  blocks,
  gaps,
  lastReceivedAt,
  messages,
  size,
  stored
}: ArchiveStatus): ReadonlyArray<string> =>
  lastReceivedAt === null
    ? ["The archive has no message yet."]
    : [
        `The archive has ${messages} messages in ${blocks} blocks, the last of ${lastReceivedAt.toISOString()}: ${stored} bytes for ${size}, ${(stored / messages).toFixed(1)} a message.`,
        ...(gaps.length === 0 ? ["Nothing that the broker's stream had is missing in it."] : []),
        ...gaps.map(({ firstOffset, incarnation, lastOffset, noticedAt }) =>
          lastOffset === null
            ? `Missing since ${noticedAt.toISOString()}: stream ${incarnation} was made anew, what it held from offset ${firstOffset} on is lost.`
            : `Missing since ${noticedAt.toISOString()}: ${lastOffset - firstOffset + 1} messages, offsets ${firstOffset} to ${lastOffset} of stream ${incarnation}, which the stream had dropped before.`
        )
      ]
