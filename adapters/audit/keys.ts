// Ed25519 keys with a name, written as Go's and C2SP's signed notes write them. Used by adapters/audit and `traveler audit`.
// https://github.com/C2SP/C2SP/blob/main/signed-note.md
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto"
import { readFile, stat, writeFile } from "node:fs/promises"
import { Effect } from "effect"
import { DataQualityIssue, messageOf, TechnicalFailure } from "../../core/failure.ts"
import { hex, sha256 } from "../../core/journal/hash.ts"

/** Whoever has it can tell what was signed with the private one. */
export interface PublicKey {
  readonly name: string
  /** The first four bytes, as hex, of the SHA-256 over name and key. */
  readonly id: string
  /** `<name>+<id>+<base64>`: one line that can be written down, sent and compared. */
  readonly text: string
  readonly key: KeyObject
}

export interface SigningKey extends PublicKey {
  readonly privateKey: KeyObject
}

/** In front of a key: that it is one of Ed25519. */
const ed25519 = 1
/** What stands before the 32 bytes of a key in DER (RFC 8410). */
const publicDer = Buffer.from("302a300506032b6570032100", "hex")
const privateDer = Buffer.from("302e020100300506032b657004220420", "hex")
const privatePrefix = "PRIVATE+KEY+"

const isName = (text: string): boolean => /^[^\s+]+$/.test(text)

const publicKeyOf = (name: string, key: KeyObject): PublicKey => {
  const raw = key.export({ type: "spki", format: "der" }).subarray(publicDer.length)
  const typed = Buffer.concat([Uint8Array.of(ed25519), raw])
  const id = hex(sha256(Buffer.concat([Buffer.from(`${name}\n`), typed])).subarray(0, 4))
  return { name, id, text: `${name}+${id}+${typed.toString("base64")}`, key }
}

/** The 32 bytes of a key's text; undefined where it isn't one. */
const rawOf = (encoded: string | undefined): Buffer | undefined => {
  const typed = Buffer.from(encoded ?? "", "base64")
  return typed.length === 33 && typed[0] === ed25519 ? typed.subarray(1) : undefined
}

export const parsePublicKey = (text: string): PublicKey | undefined => {
  const [, name = "", id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim()) ?? []
  const raw = rawOf(encoded)
  if (raw === undefined) return undefined
  const der = Buffer.concat([publicDer, raw])
  const parsed = publicKeyOf(name, createPublicKey({ key: der, type: "spki", format: "der" }))
  return parsed.id === id ? parsed : undefined
}

const signingKey = (name: string, privateKey: KeyObject): SigningKey => ({
  ...publicKeyOf(name, createPublicKey(privateKey)),
  privateKey
})

export const parseSigningKey = (text: string): SigningKey | undefined => {
  const [, name = "", id, encoded] = /^PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim()) ?? []
  const raw = rawOf(encoded)
  if (raw === undefined) return undefined
  const der = Buffer.concat([privateDer, raw])
  const parsed = signingKey(name, createPrivateKey({ key: der, type: "pkcs8", format: "der" }))
  return parsed.id === id ? parsed : undefined
}

const signingKeyText = ({ id, name, privateKey }: SigningKey): string => {
  const seed = privateKey.export({ type: "pkcs8", format: "der" }).subarray(privateDer.length)
  return `${privatePrefix}${name}+${id}+${Buffer.concat([Uint8Array.of(ed25519), seed]).toString("base64")}`
}

export const newSigningKey = (name: string): SigningKey => signingKey(name, generateKeyPairSync("ed25519").privateKey)

/** As OpenSSL reads it. */
export const asPem = ({ key }: PublicKey): string => key.export({ type: "spki", format: "pem" }).toString()

const noFile = (path: string) => (error: unknown) =>
  new TechnicalFailure({
    field: "key",
    value: path,
    reason: messageOf(error),
    nextStep: "Make one: npm run traveler -- audit key FILE --name NAME"
  })

const wrongFile = (path: string, reason: string, nextStep: string) =>
  new DataQualityIssue({ field: "key", value: path, reason, nextStep })

/** What the name of a key has to be; it is the name of the journal to whoever verifies. */
const wrongName = (name: string) =>
  new DataQualityIssue({
    field: "name",
    value: name,
    reason: "A key's name has neither spaces nor a plus",
    nextStep: "Name it after what it signs, like example.com/traveler"
  })

/** A new key in a file that nobody else may read, and its public half beside it. An existing file is left as it is. */
export const makeKeyFile = Effect.fnUntraced(function* (path: string, name: string) {
  if (!isName(name)) return yield* wrongName(name)
  const key = newSigningKey(name)
  yield* Effect.tryPromise({
    try: async () => {
      await writeFile(path, `${signingKeyText(key)}\n`, { flag: "wx", mode: 0o600 })
      await writeFile(`${path}.pub`, `${key.text}\n`)
    },
    catch: (error) =>
      new TechnicalFailure({
        field: "key",
        value: path,
        reason: messageOf(error),
        nextStep: "Name a file that isn't there yet, in a folder that can be written to"
      })
  })
  return key
})

export const readSigningKey = Effect.fnUntraced(function* (path: string) {
  const { mode, text } = yield* Effect.tryPromise({
    try: async () => ({ text: await readFile(path, "utf8"), mode: (await stat(path)).mode }),
    catch: noFile(path)
  })
  if ((mode & 0o077) !== 0)
    return yield* wrongFile(path, "Others than its owner may read it", `Take that right away: chmod 600 ${path}`)
  const key = parseSigningKey(text)
  return key ?? (yield* wrongFile(path, "It holds no private key", "Give a file that `traveler audit key` made"))
})

export const readPublicKey = Effect.fnUntraced(function* (path: string) {
  const text = yield* Effect.tryPromise({ try: () => readFile(path, "utf8"), catch: noFile(path) })
  const key = parsePublicKey(text)
  return (
    key ??
    (yield* wrongFile(path, "It holds no public key", "Give the line that `traveler audit key` printed, as a file"))
  )
})
