// How a service is found: rungs tried in order, the first that gives one ends it. Only scripts/services may use it.

/** To the person who waits: one plain line. */
export type Say = (line: string) => void

export interface Found {
  readonly url: string
  /** What was found or started, in words; never with a password. */
  readonly how: string
}

export interface Rung {
  /** What this rung would do, for the account of what was tried. */
  readonly name: string
  readonly climb: (say: Say) => Promise<Found | undefined>
}

export interface Climb {
  readonly found: Found | undefined
  /** Why each rung below gave nothing, where there is more to say than that there was nothing. */
  readonly tried: ReadonlyArray<string>
}

export const messageOf = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure))

/** A rung that fails is said and passed: the next may still hold. */
export const climbLadder = async (rungs: ReadonlyArray<Rung>, say: Say): Promise<Climb> => {
  const tried: Array<string> = []
  for (const rung of rungs) {
    try {
      const found = await rung.climb(say)
      if (found !== undefined) return { found, tried }
    } catch (failure) {
      tried.push(`${rung.name}: ${messageOf(failure)}`)
    }
  }
  return { found: undefined, tried }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Says every few seconds that `work` still goes on. */
export const saying = async <A>(what: string, say: Say, work: () => Promise<A>): Promise<A> => {
  const begun = Date.now()
  const timer = setInterval(() => say(`${what} … (${Math.round((Date.now() - begun) / 1000)} s)`), 3000)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}

/** Asks until `probe` gives something or the deadline has passed, and once after that. */
export const waitFor = <A>(
  what: string,
  seconds: number,
  say: Say,
  probe: () => Promise<A | undefined>
): Promise<A | undefined> =>
  saying(`Waiting for ${what}`, say, async () => {
    const deadline = Date.now() + seconds * 1000
    for (;;) {
      const isLast = Date.now() > deadline
      const answer = await probe()
      if (answer !== undefined || isLast) return answer
      await pause(200)
    }
  })
