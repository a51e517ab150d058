// From samples to runs of equal ones: a thousand that say the same are one. Pure. Used by the equipment actor alone.
import type { SampledRun } from "../../core/event/equipment.ts"
import type { EquipmentState } from "../../core/plant/equipment.ts"
import { instant, type OccurredAt } from "../../core/plant/time.ts"

interface Sample {
  readonly at: OccurredAt
  readonly state: EquipmentState
}

/** By their times; of two at one time, as they stand in the message. */
export const runsOf = (samples: ReadonlyArray<Sample>): ReadonlyArray<SampledRun> => {
  const timed = samples.map((sample) => ({ ...sample, instant: instant(sample.at) }))
  const runs: Array<SampledRun> = []
  for (const { at, state } of timed.sort((left, right) => left.instant - right.instant)) {
    const last = runs.at(-1)
    if (last?.state === state) runs[runs.length - 1] = { ...last, to: at, samples: last.samples + 1 }
    else runs.push({ state, from: at, to: at, samples: 1 })
  }
  return runs
}
