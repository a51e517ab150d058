// Checkpoints in the second place: a forged, edited, missing or reordered one is found and none after it is believed; keys
// change hands by a note that both signed.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { checkpointText, parseCheckpoint, signCheckpoint } from "../../../adapters/audit/checkpoint.ts"
import { newSigningKey, type SigningKey } from "../../../adapters/audit/keys.ts"
import { hashesName, noteName } from "../../../adapters/audit/place.ts"
import { readPublished } from "../../../adapters/audit/published.ts"
import { signNote } from "../../../adapters/audit/signed-note.ts"
import { temporaryFolder } from "../../house/temporary-folder.ts"
import { checkpointAt, key, logs, madeToFit, proved, publishTo, signedSize, sizes } from "./signed-journal.ts"

const root = temporaryFolder()
const notes = publishTo(join(root, "published"))
const stranger = newSigningKey(key.name)

let copies = 0
/** The folder, to be forged. */
const copy = (): string => {
  const folder = join(root, `copy-${++copies}`)
  cpSync(join(root, "published"), folder, { recursive: true })
  return folder
}

const read = (folder: string, trusted: SigningKey | undefined = key) =>
  Effect.runPromise(readPublished(folder, trusted))

const found = async (folder: string, trusted?: SigningKey) => {
  const { checkpoints, doubt } = await read(folder, trusted)
  return { believed: checkpoints.length, doubt }
}

const note = (number: number): string => notes[number - 1] ?? expect.unreachable()
const parsed = (number: number) => parseCheckpoint(note(number)) ?? expect.unreachable()

const put = (folder: string, number: number, text: string) => writeFileSync(join(folder, noteName(number)), text)

/** What the next checkpoint would be. */
const fourth = (of = logs, next: SigningKey = key) =>
  checkpointAt(of, 4, signedSize + 2, { size: signedSize, text: parsed(3).note.text }, next).checkpoint

describe("The second place", () => {
  it("is believed as it was published, and by the key's word alone where it has one", async () => {
    expect(await found(copy())).toEqual({ believed: 3, doubt: undefined })
    expect((await Effect.runPromise(readPublished(copy(), undefined))).checkpoints).toHaveLength(3)
  })

  it("isn't silently passed over where it isn't there, or is empty though its key is trusted", async () => {
    const nowhere = join(root, "nowhere")
    for (const trusted of [key, undefined])
      expect(await Effect.runPromise(Effect.flip(readPublished(nowhere, trusted)))).toMatchObject({
        field: "checkpoints",
        value: nowhere
      })
    mkdirSync(nowhere)
    expect(await found(nowhere)).toMatchObject({ believed: 0, doubt: { checkpoint: 1 } })
    expect(await Effect.runPromise(readPublished(nowhere, undefined))).toEqual({ checkpoints: [] })
  })

  it("holds notes that say the same once they are read", () => {
    expect(checkpointText(parsed(2))).toBe(parsed(2).note.text)
    expect(note(3).split("\n").slice(0, 2)).toEqual([key.name, String(3 * signedSize)])
    expect(sizes.at(-1)).toBe(signedSize)
  })

  it("is not believed beyond a checkpoint that another key forged", async () => {
    const folder = copy()
    put(folder, 4, signCheckpoint(fourth(), stranger, stranger))
    expect(await found(folder)).toEqual({
      believed: 3,
      doubt: { checkpoint: 4, reason: `It isn't signed by the key ${key.id}, which was to sign it` }
    })
  })

  it("is not believed at all where another key signed everything anew", async () => {
    const folder = join(root, "forged")
    publishTo(folder, logs.map(madeToFit), stranger)
    expect(await found(folder)).toMatchObject({ believed: 0, doubt: { checkpoint: 1 } })
  })

  /** The last letter of 68 bytes in base64 has two bits that say nothing. */
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  const unused = (letter: string): string => letters[letters.indexOf(letter) ^ 1] ?? ""

  it.each([
    ["a root", (text: string) => text.replace(/(partition 1 \d+ \S+ )./, "$1_")],
    ["a size", (text: string) => text.replace("partition 1 30", "partition 1 29")],
    ["the time", (text: string) => text.replace(/^time 202/m, "time 203")],
    ["a line more", (text: string) => text.replace("\n\n", "\npartition 3 0 AA== AA==\n\n")],
    ["the number of partitions", (text: string) => text.replace("partitions 3 ", "partitions 4 ")],
    ["the first root", (text: string) => text.replace(/\n[^\n]+\nnumber/, "\nAAAA\nnumber")],
    ["the signature", (text: string) => text.replace(/.(?=.{9}\n$)/, (letter) => (letter === "A" ? "B" : "A"))],
    ["bits that the signature doesn't use", (text: string) => text.replace(/.(?==\n$)/, unused)]
  ])("is not believed where somebody edited %s of a note", async (_, edit) => {
    const folder = copy()
    put(folder, 3, edit(note(3)))
    expect(await found(folder)).toMatchObject({ believed: 2, doubt: { checkpoint: 3 } })
  })

  it("is not believed where a note that was signed says something else than a checkpoint", async () => {
    for (const text of [`${parsed(3).note.text}more\n`, parsed(3).note.text.replace("partitions 3", "partitions 03")]) {
      const folder = copy()
      put(folder, 3, signNote(text, [key]))
      expect(await found(folder)).toEqual({
        believed: 2,
        doubt: { checkpoint: 3, reason: "It isn't a checkpoint, or was changed" }
      })
    }
  })

  it("is not believed beyond one that is missing, or comes in another's place", async () => {
    const gap = copy()
    rmSync(join(gap, noteName(2)))
    expect(await found(gap)).toEqual({ believed: 1, doubt: { checkpoint: 2, reason: "It isn't there, and 3 is" } })
    const older = copy()
    put(older, 3, note(2))
    expect(await found(older)).toMatchObject({
      believed: 2,
      doubt: { checkpoint: 3, reason: expect.stringMatching(/Its number is 2/) }
    })
  })

  it("is not believed where the key's owner signs what contradicts an earlier one", async () => {
    const contradicting = (change: Partial<ReturnType<typeof fourth>>) => {
      const folder = copy()
      put(folder, 4, signCheckpoint({ ...fourth(), ...change }, key, key))
      return found(folder)
    }
    const of = parsed(3).partitions
    const shrunk = of.map((partition) => ({ ...partition, size: partition.size - 1 }))
    const rewritten = of.map((partition) => ({ ...partition, root: new Uint8Array(32) }))
    const doubted = (reason: string) => ({
      believed: 3,
      doubt: { checkpoint: 4, reason: expect.stringContaining(reason) }
    })
    expect(await contradicting({})).toEqual({ believed: 4, doubt: undefined })
    expect(await contradicting({ partitions: shrunk })).toEqual(doubted("Partition 0 has fewer events"))
    expect(await contradicting({ partitions: rewritten })).toEqual(doubted("Partition 0 has other events"))
    expect(await contradicting({ partitions: of.slice(1) })).toEqual(doubted("It has 2 partitions"))
    expect(await contradicting({ previous: new Uint8Array(32) })).toEqual(doubted("What it says of checkpoint 3"))
    expect(await contradicting({ origin: "elsewhere" })).toEqual(doubted("It is of elsewhere"))
  })

  it("finds the journal out where the key's owner signed another root", async () => {
    const folder = copy()
    const partitions = fourth().partitions.map((partition) => ({ ...partition, root: new Uint8Array(32) }))
    put(folder, 4, signCheckpoint({ ...fourth(), partitions }, key, key))
    const results = (await Effect.runPromise(proved(logs, folder))).found
    for (const { break: broken, partition, proven } of results) {
      expect(proven).toBe(signedSize)
      expect(broken).toMatchObject({ partition, reason: expect.stringContaining("checkpoint 4 signed") })
    }
  })

  it("tells the place less exactly where its hashes were edited, and proves the same", async () => {
    const folder = copy()
    const path = join(folder, hashesName(3))
    writeFileSync(
      path,
      readFileSync(path).map((byte) => byte ^ 1)
    )
    const forged = logs.with(
      0,
      madeToFit((logs[0] ?? []).map((row) => (row.offset === 20 ? { ...row, type: "F" } : row)))
    )
    const [first] = (await Effect.runPromise(proved(forged, folder))).found
    expect(first).toMatchObject({ proven: 12, break: { offset: 13, reason: expect.stringContaining("from 13 to 30") } })
  })
})

describe("A rotation", () => {
  const next = newSigningKey(key.name)
  const rotated = (): string => {
    const folder = copy()
    put(folder, 4, signCheckpoint(fourth(logs, next), key, next))
    return folder
  }
  const signedOnBy = (signer: SigningKey) => {
    const folder = rotated()
    const before = { size: signedSize + 2, text: checkpointText(fourth(logs, next)) }
    put(folder, 5, signCheckpoint(checkpointAt(logs, 5, signedSize + 4, before, signer).checkpoint, signer, signer))
    return folder
  }

  it("lets the new key sign on, whichever of both is trusted", async () => {
    for (const trusted of [key, next]) {
      expect(await found(rotated(), trusted)).toEqual({ believed: 4, doubt: undefined })
      expect(await found(signedOnBy(next), trusted)).toEqual({ believed: 5, doubt: undefined })
    }
  })

  it("may be the first checkpoint, too", async () => {
    const folder = join(root, "rotated-first")
    mkdirSync(folder)
    const { checkpoint } = checkpointAt(logs, 1, signedSize, undefined, next)
    put(folder, 1, signCheckpoint(checkpoint, key, next))
    for (const trusted of [key, next]) expect(await found(folder, trusted)).toEqual({ believed: 1, doubt: undefined })
  })

  it("ends what the old key may sign", async () => {
    expect(await found(signedOnBy(key))).toMatchObject({
      believed: 4,
      doubt: { checkpoint: 5, reason: expect.stringMatching(/isn't signed by/) }
    })
  })

  it("needs both signatures", async () => {
    for (const [old, own] of [
      [key, key],
      [next, next]
    ] as const) {
      const folder = copy()
      put(folder, 4, signCheckpoint(fourth(logs, next), old, own))
      expect(await found(folder)).toMatchObject({ believed: 3, doubt: { checkpoint: 4 } })
    }
  })
})
