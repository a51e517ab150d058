// Why something waits: for what, who can mend it, and how; and how that is said. Pure. Used by `why` alone.

/** Read as one sentence: waits for `waitsFor`: `who` `how`. */
export interface Reason {
  readonly waitsFor: string
  readonly who: string
  /** Begins with a verb; ends with the command, where there is one. */
  readonly how: string
}

export interface Why {
  readonly subject: "order" | "lot" | "message" | "posting"
  readonly id: string
  /** The most important first; none where it waits for nothing. */
  readonly reasons: ReadonlyArray<Reason>
  /** What is true of it, whether it waits or not. */
  readonly state: string
}

/** Mends what it waits for without a person, for as long as a core runs. */
export const byItself = "Traveler"

export const command = (...words: ReadonlyArray<string>): string => `npm run traveler -- ${words.join(" ")}`

const noCore: Reason = {
  waitsFor: "a core, and none runs on this database",
  who: "whoever runs Traveler",
  how: `starts one with: ${command("run")}`
}

/** What goes on by itself does so in a core: where none runs, that comes before all that one would do. */
export const withoutCore = (why: Why): Why => {
  const first = why.reasons.findIndex(({ who }) => who === byItself)
  return first < 0 ? why : { ...why, reasons: why.reasons.toSpliced(first, 0, noCore) }
}

/** Without a full stop where it ends with a command, which is there to be copied. */
export const sentence = ({ id, reasons, state, subject }: Why): string => {
  const name = `${subject.charAt(0).toUpperCase()}${subject.slice(1)} ${id}`
  const [first, ...more] = reasons
  if (first === undefined) return `${name} waits for nothing: ${state}.`
  const others = more.length === 0 ? "" : ` (${more.length} more: --json)`
  return `${name} waits for ${first.waitsFor}${others}: ${first.who} ${first.how}`
}

export const asJson = ({ id, reasons, state, subject }: Why) => {
  const [first, ...more] = reasons
  return { subject, id, state, ...(first ?? { waitsFor: null, who: null, how: null }), more }
}
