// What is true of a lot: a function of the set of its recorded messages, never of the order they came in. A property
// test holds it to that. Used by the lot actor alone.
import { HashMap, Option } from "effect"
import type { Evolved } from "../../core/decider.ts"
import type { GenericEvent } from "../../core/event/generic.ts"
import type { LotEvent } from "../../core/event/lot.ts"
import { identity, type MessageMetadata, type MessageReference, messageKey } from "../../core/message/metadata.ts"
import { outranks, type Rank, rankOf } from "../../core/message/rank.ts"
import * as Quantity from "../../core/plant/quantity.ts"
import { instant } from "../../core/plant/time.ts"
import { type Disposition, isRestrictedAt, type Timeline, withWord } from "./disposition.ts"

export interface LotFacts {
  /** What there is by what was recorded; below zero where what it came from isn't known yet. */
  readonly balance: Quantity.Sums
  readonly dispositions: Timeline
  /** The highest ranked word on when it expires, milliseconds since 1970. */
  readonly expiry: (Rank & { readonly expiresAt: number }) | undefined
  /** When it was used (shipped or consumed), by the message that says so; `unused` where that was taken back. */
  readonly uses: HashMap.HashMap<string, number>
  /** How many of the uses were of a restricted lot, and of an expired one. */
  readonly restrictedUses: number
  readonly expiredUses: number
}

/** Before every word: nothing restricts it. */
const unused = Number.NEGATIVE_INFINITY

export const noFacts: LotFacts = {
  balance: Quantity.none,
  dispositions: [],
  expiry: undefined,
  uses: HashMap.empty(),
  restrictedUses: 0,
  expiredUses: 0
}

type Part = { readonly quantity: Quantity.Quantity }

const moved = (facts: LotFacts, parts: ReadonlyArray<Part>, sign: 1 | -1): LotFacts => ({
  ...facts,
  balance: parts.reduce((sums, { quantity }) => Quantity.accumulate(sums, quantity, sign), facts.balance)
})

const isExpiredAt = ({ expiry }: Pick<LotFacts, "expiry">, at: number): boolean =>
  expiry !== undefined && at >= expiry.expiresAt

/** A second body of one id, resubmitted to be recorded as well, takes no place but its own. */
const placeOf = ({ uses }: LotFacts, metadata: MessageMetadata): string => {
  const place = messageKey(identity(metadata))
  return metadata.corrects !== undefined && HashMap.has(uses, place) ? messageKey(metadata) : place
}

const used = (facts: LotFacts, metadata: MessageMetadata): LotFacts => {
  const at = instant(metadata.occurredAt)
  const place = placeOf(facts, metadata)
  // Its reversal came first.
  if (Option.getOrUndefined(HashMap.get(facts.uses, place)) === unused) return facts
  return {
    ...facts,
    uses: HashMap.set(facts.uses, place, at),
    restrictedUses: facts.restrictedUses + (isRestrictedAt(facts.dispositions, at) ? 1 : 0),
    expiredUses: facts.expiredUses + (isExpiredAt(facts, at) ? 1 : 0)
  }
}

const takenBack = (facts: LotFacts, reference: MessageReference): LotFacts => {
  const key = messageKey(reference)
  const at = Option.getOrElse(HashMap.get(facts.uses, key), () => unused)
  return {
    ...facts,
    uses: HashMap.set(facts.uses, key, unused),
    restrictedUses: facts.restrictedUses - (isRestrictedAt(facts.dispositions, at) ? 1 : 0),
    expiredUses: facts.expiredUses - (isExpiredAt(facts, at) ? 1 : 0)
  }
}

const count = (facts: LotFacts, is: (at: number) => boolean): number =>
  HashMap.reduce(facts.uses, 0, (sum, at) => sum + (is(at) ? 1 : 0))

/** A word on its usability is also one on earlier and later uses, whenever it comes. */
const judged = (facts: LotFacts, disposition: Disposition, metadata: MessageMetadata): LotFacts => {
  const dispositions = withWord(facts.dispositions, { ...rankOf(metadata), disposition })
  return { ...facts, dispositions, restrictedUses: count(facts, (at) => isRestrictedAt(dispositions, at)) }
}

const expiring = (facts: LotFacts, expiresAt: number, metadata: MessageMetadata): LotFacts => {
  const rank = rankOf(metadata)
  if (!outranks(rank, facts.expiry)) return facts
  const expiry = { ...rank, expiresAt }
  return { ...facts, expiry, expiredUses: count(facts, (at) => isExpiredAt({ expiry }, at)) }
}

export const evolveFacts = (facts: LotFacts, event: Evolved<LotEvent | GenericEvent>): LotFacts => {
  const { metadata } = event
  switch (event.type) {
    case "LotReceived": {
      const received = moved(facts, [event.data], 1)
      const { expiresAt } = event.data
      return expiresAt === undefined ? received : expiring(received, instant(expiresAt), metadata)
    }
    case "LotReceivedBack":
    case "LotDerived":
    case "LotProduced":
    case "LotReturned":
    case "LotAdjusted":
      return moved(facts, [event.data], 1)
    case "LotMerged":
      return moved(facts, event.data.from, 1)
    case "LotSplit":
      return moved(facts, event.data.into, -1)
    case "LotTransferred":
    case "LotPassedOn":
    case "LotSampled":
    case "LotScrapped":
      return moved(facts, [event.data], -1)
    case "LotConsumed":
    case "LotShipped":
      return used(moved(facts, [event.data], -1), metadata)
    case "LotLineReversed": {
      const { was, reverses } = event.data
      return was === "LotConsumed" ? takenBack(moved(facts, [event.data], 1), reverses) : moved(facts, [event.data], -1)
    }
    case "LotHeld":
      return judged(facts, "held", metadata)
    case "LotReleased":
      return judged(facts, "released", metadata)
    case "LotRejected":
      return judged(facts, "rejected", metadata)
    default:
      return facts
  }
}
