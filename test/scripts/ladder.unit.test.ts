// The ladder: the first rung that gives a service ends it; one that fails is noted and passed.
import { describe, expect, it } from "vitest"
import { climbLadder, type Rung, waitFor } from "../../scripts/services/ladder.ts"

const rung = (name: string, climb: Rung["climb"]): Rung => ({ name, climb })
const giving = (url: string): Rung => rung(url, async () => ({ url, how: url }))
const empty = rung("empty", async () => undefined)
const broken = rung("broken", async () => Promise.reject(new Error("no such thing")))
const never = rung("never", () => {
  throw new Error("must not be climbed")
})
const silently = () => {}

describe("climbing", () => {
  it("ends at the first rung that gives a service", async () => {
    expect(await climbLadder([empty, giving("here"), never], silently)).toEqual({
      found: { url: "here", how: "here" },
      tried: []
    })
  })

  it("passes a rung that fails, and keeps why", async () => {
    const { found, tried } = await climbLadder([broken, giving("there")], silently)
    expect(found?.url).toBe("there")
    expect(tried).toEqual(["broken: no such thing"])
  })

  it("finds nothing where no rung holds", async () => {
    expect(await climbLadder([empty, broken], silently)).toEqual({ found: undefined, tried: ["broken: no such thing"] })
  })
})

describe("waiting", () => {
  it("asks once more where a question outlasted the deadline: a machine that stood still says nothing of a service", async () => {
    let asked = 0
    const answer = await waitFor(
      "it",
      0.05,
      () => {},
      async () => {
        await new Promise((resolve) => setTimeout(resolve, asked === 0 ? 100 : 0))
        return asked++ === 0 ? undefined : "there"
      }
    )
    expect(answer).toBe("there")
  })

  it("asks until there is an answer", async () => {
    let asked = 0
    expect(await waitFor("it", 10, silently, async () => (++asked === 3 ? "ready" : undefined))).toBe("ready")
    expect(asked).toBe(3)
  })

  it("ends at its deadline", async () => {
    expect(await waitFor("it", 0, silently, async () => undefined)).toBeUndefined()
  })
})
