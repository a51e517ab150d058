// Since when orders that are over are looked at again, where nobody says it. Pure; used by the nightly run and `traveler reconcile`.

const usualDays = 7

/** `now` and the answer in milliseconds since 1970. */
export const usualSince = (now: number): number => now - usualDays * 86_400_000
