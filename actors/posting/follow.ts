// What an event about ERP documents changes of a stream's. Used by the actors of orders and lots.
import type { Evolved } from "../../core/decider.ts"
import type { PostingEvent } from "../../core/event/posting.ts"
import type { PostingKind } from "../../core/port/erp.ts"
import { type Documents, end, free, hear, partsOf } from "./documents.ts"
import { groupUp, ungroup } from "./groups.ts"
import { repeat } from "./repeats.ts"

/** `usual` is the kind of a withdrawn document whose event doesn't say it. */
export const follow = <Course extends Documents>(
  course: Course,
  event: Evolved<Exclude<PostingEvent, { readonly type: "DocumentAcknowledged" }>>,
  usual: PostingKind
): Course => {
  switch (event.type) {
    case "PostingsGrouped":
      return groupUp(course, event.version, event.data.documents)
    case "PostingsUngrouped":
      return ungroup(course, event.data.group)
    case "PostingsFreed":
      return free(course, event.data.versions)
    case "PostingRepeated":
      return repeat(course, event.version, event.data.posting)
    case "PostingWaived":
      return end(course, "Waived", partsOf(event.data.posting), event.data.reversal)
    case "PostingWithdrawn": {
      const { kind = usual, reversal, version } = event.data
      return end(course, "Withdrawn", { version, kind }, reversal)
    }
    default:
      return hear(course, event)
  }
}
