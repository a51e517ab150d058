// One at a time across processes: nobody overlaps, a dead holder stops nobody, a failure gives the lock back.
import { spawn } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { exclusively } from "../../scripts/lock.mjs"
import { root } from "../../scripts/places.mjs"
import { temporaryFolder } from "../house/temporary-folder.ts"

/** Takes the lock, writes `in` and `out` around a pause, and ends. */
const holder = (lock: string, diary: string): Promise<number | null> =>
  new Promise((resolve) => {
    const program = `
      import { appendFileSync } from "node:fs"
      import { exclusively } from ${JSON.stringify(join(root, "scripts/lock.mjs"))}
      await exclusively(${JSON.stringify(lock)}, () => {}, async () => {
        appendFileSync(${JSON.stringify(diary)}, "in ")
        await new Promise((resolve) => setTimeout(resolve, 50))
        appendFileSync(${JSON.stringify(diary)}, "out ")
      })`
    spawn(process.execPath, ["--input-type=module", "--eval", program]).on("exit", resolve)
  })

const nobodysProcess = 2 ** 22 + 1 // beyond what Linux gives out

describe("a lock", () => {
  it("is held by one process at a time, also when the one before died with it", async () => {
    const folder = temporaryFolder()
    const lock = join(folder, "lock")
    const diary = join(folder, "diary")
    writeFileSync(lock, JSON.stringify({ pid: nobodysProcess, since: Date.now() }))
    const codes = await Promise.all([1, 2, 3, 4].map(() => holder(lock, diary)))
    expect(codes).toEqual([0, 0, 0, 0])
    expect(readFileSync(diary, "utf8")).toBe("in out ".repeat(4))
    expect(existsSync(lock)).toBe(false)
  })

  it("is broken when its holder has had it for longer than any work takes", async () => {
    const lock = join(temporaryFolder(), "lock")
    writeFileSync(lock, JSON.stringify({ pid: process.pid, since: Date.now() - 3_600_000 }))
    expect(
      await exclusively(
        lock,
        () => {},
        async () => "in"
      )
    ).toBe("in")
  })

  it("is given back when the work fails", async () => {
    const lock = join(temporaryFolder(), "lock")
    const failing = exclusively(
      lock,
      () => {},
      () => Promise.reject(new Error("no"))
    )
    await expect(failing).rejects.toThrow("no")
    expect(existsSync(lock)).toBe(false)
  })

  it("says who has it to the one who waits", async () => {
    const lock = join(temporaryFolder(), "lock")
    const said: Array<string> = []
    const gate = Promise.withResolvers<void>()
    const first = exclusively(
      lock,
      () => {},
      () => gate.promise
    )
    const second = exclusively(
      lock,
      (line) => {
        said.push(line)
        gate.resolve()
      },
      async () => {}
    )
    await Promise.all([first, second])
    expect(said).toEqual([`Waiting for another run (process ${process.pid}) at the same work …`])
  })
})
