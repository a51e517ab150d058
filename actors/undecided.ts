// Where a message goes that its actor can't be loaded for, or can't decide. Used by whoever hosts partitions.
import type { RecordedFailure } from "../core/failure.ts"
import { caseStream } from "../core/journal/stream.ts"
import type { Incoming } from "../core/port/door.ts"
import { caseId, waitingFor } from "./case-id.ts"
import { messageSubject } from "./message-subject.ts"
import { resubmissionSource, undecidedTwin } from "./reactions/resubmissions.ts"

/** The message whole, on its case's own stream. */
const onItsCase = (incoming: Incoming, failure: RecordedFailure): Incoming => {
  const { delivery, metadata, stream } = incoming
  return {
    ...incoming,
    stream: caseStream(caseId(metadata, metadata.digest)),
    content:
      delivery === undefined
        ? {
            _tag: "NotUnderstood",
            failure,
            subject: { kind: "breach", breach: `undecidable/${metadata.source}/${metadata.messageId}`, stream }
          }
        : { _tag: "NotUnderstood", failure, subject: messageSubject(delivery, metadata), ...waitingFor(stream) }
  }
}

/** A twin's case learns of it; every other message is parked. */
export const undecided = (incoming: Incoming, failure: RecordedFailure): Incoming =>
  incoming.metadata.source === resubmissionSource ? undecidedTwin(incoming, failure) : onItsCase(incoming, failure)
