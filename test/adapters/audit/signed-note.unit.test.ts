// Signed notes and keys are those of Go and C2SP: its own vectors, and what is no note or no key.
import { describe, expect, it } from "vitest"
import { newSigningKey, parsePublicKey, parseSigningKey } from "../../../adapters/audit/keys.ts"
import { isSignedBy, parseNote, signNote } from "../../../adapters/audit/signed-note.ts"

/** From the documentation of golang.org/x/mod/sumdb/note. */
const privateKey = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
const publicKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const note = `${text}
— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`

const peter = parseSigningKey(privateKey) ?? expect.unreachable()

describe("The vectors of Go", () => {
  it("name the same keys", () => {
    expect(peter.text).toBe(publicKey)
    expect(parsePublicKey(`${publicKey}\n`)).toMatchObject({ name: "PeterNeumann", id: "c74f20a3", text: publicKey })
  })

  it("are signed alike, and verified", () => {
    expect(signNote(text, [peter])).toBe(note)
    const parsed = parseNote(note) ?? expect.unreachable()
    expect(parsed.text).toBe(text)
    expect(isSignedBy(parsed, peter)).toBe(true)
  })
})

describe("A note", () => {
  it("isn't signed by whoever didn't, nor once it was changed", () => {
    const other = newSigningKey("PeterNeumann")
    const parsed = parseNote(note) ?? expect.unreachable()
    expect(isSignedBy(parsed, other)).toBe(false)
    expect(isSignedBy({ ...parsed, text: text.replace("answer", "Answer") }, peter)).toBe(false)
    expect(isSignedBy(parseNote(signNote(text, [other, peter])) ?? expect.unreachable(), peter)).toBe(true)
  })

  it.each([
    ["nothing", ""],
    ["no empty line", text],
    ["a line below that is no signature", `${note}— nobody\n`],
    ["no line feed at its end", note.slice(0, -1)]
  ])("has not %s", (_, wrong) => {
    expect(parseNote(wrong)).toBeUndefined()
  })
})

describe("A key", () => {
  it.each([
    ["has another id than its bytes", publicKey.replace("c74f20a3", "c74f20a4")],
    ["has another name than was hashed", publicKey.replace("Peter", "Pater")],
    ["is cut", publicKey.slice(0, -4)],
    ["is of another kind", publicKey.replace("+AR", "+Ah")]
  ])("is none that %s", (_, wrong) => {
    expect(parsePublicKey(wrong)).toBeUndefined()
  })

  it("is none that isn't one", () => {
    expect(parseSigningKey(publicKey)).toBeUndefined()
    expect(parsePublicKey(privateKey)).toBeUndefined()
  })
})
