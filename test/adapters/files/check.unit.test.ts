// Whether a file is what its manifest says: what differs is named, with its row or line, before a row is published.
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { expect, it } from "vitest"
import { checkFile, openWhole } from "../../../adapters/files/check.ts"
import type { ListedFile } from "../../../adapters/files/manifest.ts"
import { temporaryFolder } from "../../house/temporary-folder.ts"

const folder = temporaryFolder()

const listing = (content: string | Buffer, said: Partial<ListedFile> = {}): ListedFile => {
  writeFileSync(join(folder, "a.csv"), content)
  const bytes = Buffer.from(content)
  const sha256 = createHash("sha256").update(bytes).digest("hex")
  return { name: "a.csv", type: "OperationStarted", rows: 2, bytes: bytes.length, sha256, ...said }
}

const check = (listed: ListedFile) =>
  Effect.runPromise(
    openWhole(folder, listed).pipe(
      Effect.flatMap(checkFile),
      Effect.match({ onFailure: (failure) => failure, onSuccess: () => "whole" }),
      Effect.scoped
    )
  )

const names = "orderId,operationId,badge\n"

it("a whole one is read, with or without a byte order mark, blank lines and carriage returns", async () => {
  expect(await check(listing(`${names}4711,10,B7\n4711,20,B7\n`))).toBe("whole")
  expect(await check(listing(`\uFEFF${names}4711,10,B7\r\n\r\n4711,20,B7`.replace("\n", "\r\n")))).toBe("whole")
})

it.each<readonly [string, string | Buffer, Partial<ListedFile>, object]>([
  ["its hash", `${names}4711,10,B7\n4711,20,B7\n`, { sha256: "0".repeat(64) }, { field: "sha256" }],
  ["its rows", `${names}4711,10,B7\n`, {}, { field: "rows", value: "1", reason: "Its manifest says 2" }],
  ["a row's length", `${names}4711,10,B7\n4711\n`, {}, { reason: "Invalid Record Length: expect 3, got 1 on line 3" }],
  ["a quote", `${names}4711,10,B7\n4711,20,B"7"\n`, {}, { reason: expect.stringMatching(/line 3$/) }],
  ["its encoding", Buffer.from(`${names}4711,10,B7\n4711,M\xFC,B7\n`, "latin1"), {}, { field: "operationId", row: 2 }],
  ["its type", `${names}4711,10,B7\n4711,20,B7\n`, { type: "Started" }, { field: "type", value: "Started" }],
  ["nothing in it", "", { rows: 0 }, { field: "rows" }]
])("%s can keep it from being read", async (_, content, said, refused) => {
  expect(await check(listing(content, said))).toMatchObject({ _tag: "Refused", file: "a.csv", ...refused })
})

it("one that is shorter or longer than it is to be, or isn't there, waits", async () => {
  const listed = listing(`${names}4711,10,B7\n4711,20,B7\n`)
  expect(await check({ ...listed, bytes: listed.bytes + 1 })).toMatchObject({ _tag: "NotWhole" })
  expect(await check({ ...listed, name: "b.csv" })).toMatchObject({
    _tag: "NotWhole",
    reason: expect.stringContaining("isn't there")
  })
})

it("a link to a file elsewhere isn't followed", async () => {
  const listed = listing(`${names}4711,10,B7\n4711,20,B7\n`)
  symlinkSync(join(folder, "a.csv"), join(folder, "link.csv"))
  expect(await check({ ...listed, name: "link.csv" })).toMatchObject({
    _tag: "NotWhole",
    reason: expect.stringContaining("ELOOP")
  })
})

it("a pipe that nobody writes to keeps nobody waiting", async () => {
  execFileSync("mkfifo", [join(folder, "pipe.csv")])
  expect(await check({ ...listing(names), name: "pipe.csv" })).toMatchObject({ _tag: "NotWhole" })
})
