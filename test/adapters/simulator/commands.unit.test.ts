// How the simulator's commands behave apart from plants and services: their parts, and what they refuse in one line.
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { Effect, Exit } from "effect"
import { describe, expect, it } from "vitest"
import { parts } from "../../../adapters/cli/play.ts"
import { requireNothingLeft } from "../../../adapters/cli/repair-simulation.ts"
import { publication } from "../../../adapters/simulator/trouble.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { exchanges } from "../../../core/port/broker.ts"

const root = join(import.meta.dirname, "../../..")

/** Only what ends before a service is needed. */
const simulate = (...words: ReadonlyArray<string>) => {
  const environment = {
    ...process.env,
    TRAVELER_POSTGRES_URL: "postgres://127.0.0.1:9/none",
    TRAVELER_BROKER_URL: "memory"
  }
  const command = [join(root, "scripts/traveler.mjs"), "simulate", ...words]
  const { status, stderr, stdout } = spawnSync(process.execPath, command, { env: environment, encoding: "utf8" })
  return { status, stdout, lines: stderr.trim().split("\n") }
}

describe("traveler simulate", () => {
  it("refuses a rate of nothing in one line", () => {
    const { lines, status, stdout } = simulate("--rate", "0")
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" })
    expect(lines).toEqual([expect.stringMatching(/^traveler simulate: .*--rate.*greater than 0/)])
  }, 60_000)

  it.each([
    ["--check", "--repair"],
    ["--repair", "--log", "package.json"]
  ])(
    "refuses %s with %s in one line",
    (...words) => {
      const { lines, status, stdout } = simulate(...words)
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" })
      expect(lines).toEqual([expect.stringMatching(/Only one of these can be done at a time/)])
    },
    60_000
  )
})

describe("what is played", () => {
  const message = { exchange: exchanges.mesEvents, type: "LotMoved", body: {} }
  const plant = (id: string, count: number) => {
    const all = Array.from({ length: count }, (_, index) =>
      publication(PlantId.make(id), { ...message, messageId: `${id}/${index}` })
    )
    return [PlantId.make(id), all] as const
  }
  const plays = new Map([plant("gear", 1_200), plant("lacquer", 40)])
  const lengths = (rate?: number) => Array.from(parts(plays, rate), ({ length }) => length)

  it("goes in parts of 500 where no rate is asked for, or a high one", () => {
    expect(lengths()).toEqual([500, 40, 500, 200])
    expect(lengths(20_000)).toEqual([500, 40, 500, 200])
  })
  it.each([1, 7, 95, 1_000])("goes in parts of a tenth of a second at %i a second", (rate) => {
    expect(Math.max(...lengths(rate))).toBe(Math.ceil(rate / 10))
  })
  it("is all of it, each plant's in its order", () => {
    const played = [...parts(plays, 95)].flat().map(({ messageId }) => messageId)
    expect(played.filter((id) => id?.startsWith("gear/"))).toEqual(
      plays.get(PlantId.make("gear"))?.map(({ messageId }) => messageId)
    )
    expect(played.length).toBe(1_240)
  })
})

describe("a repair", () => {
  it("is none where a case or a document is left", async () => {
    const isRepair = async (casesLeft: number, documentsToCome: number) =>
      Exit.isSuccess(await Effect.runPromiseExit(requireNothingLeft({ casesLeft, documentsToCome })))
    expect(await isRepair(0, 0)).toBe(true)
    expect(await isRepair(1, 0)).toBe(false)
    expect(await isRepair(0, 1)).toBe(false)
  })
})
