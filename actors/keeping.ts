// An actor that keeps what it is told, each message as one event: what holds of it, a view says. Used by the actors of master
// data, work centers and plants.
import { Result } from "effect"
import type { Decider, Decision } from "../core/decider.ts"
import type { GenericEvent } from "../core/event/generic.ts"
import { type CaseNotice, caseNotices } from "../core/message/exception.ts"

const isNotice = (message: { readonly type: string }): message is CaseNotice => Object.hasOwn(caseNotices, message.type)

/** No message's event depends on an earlier one, so there is no state; nothing waits here, so a case's notice is noted. */
export const keeping = <Message extends { readonly type: string }, Event>(
  format: string,
  keep: (message: Message) => Decision<Event>
): Decider<null, Message | CaseNotice, Event | GenericEvent> => ({
  initial: null,
  decide: (_state, message) =>
    Result.succeed([
      isNotice(message)
        ? { type: "MessageNoted", data: { type: message.type, reason: "Nothing waits for it here" } }
        : keep(message)
    ]),
  evolve: () => null,
  format,
  pack: () => new Uint8Array(),
  unpack: () => null
})
