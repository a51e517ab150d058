// Signed notes: a text and, below it, who signed it, each on a line. Pure. Used by adapters/audit.
// https://github.com/C2SP/C2SP/blob/main/signed-note.md
import { sign, verify } from "node:crypto"
import type { PublicKey, SigningKey } from "./keys.ts"

export interface SignedNote {
  /** What was signed: with the line feed that ends it, without the empty line that follows. */
  readonly text: string
  readonly signatures: ReadonlyArray<{ readonly name: string; readonly id: string; readonly signature: Buffer }>
}

const signatureLine = (text: string, { id, name, privateKey }: SigningKey): string => {
  const signature = sign(null, Buffer.from(text), privateKey)
  return `— ${name} ${Buffer.concat([Buffer.from(id, "hex"), signature]).toString("base64")}\n`
}

/** `text` ends with a line feed. */
export const signNote = (text: string, keys: ReadonlyArray<SigningKey>): string =>
  `${text}\n${keys.map((key) => signatureLine(text, key)).join("")}`

/** Undefined where it isn't a note. A note may have no signature at all. */
export const parseNote = (note: string): SignedNote | undefined => {
  const end = note.lastIndexOf("\n\n")
  if (end < 0 || !note.endsWith("\n")) return undefined
  const lines = note
    .slice(end + 2)
    .split("\n")
    .slice(0, -1)
  const signatures = lines.flatMap((line) => {
    const [, name = "", encoded = ""] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? []
    const bytes = Buffer.from(encoded, "base64")
    // Two texts must not stand for one signature: bits that base64 doesn't use are zero.
    return bytes.length < 5 || bytes.toString("base64") !== encoded
      ? []
      : [{ name, id: bytes.toString("hex", 0, 4), signature: bytes.subarray(4) }]
  })
  return signatures.length === lines.length ? { text: note.slice(0, end + 1), signatures } : undefined
}

export const isSignedBy = ({ signatures, text }: SignedNote, { id, key, name }: PublicKey): boolean =>
  signatures.some((by) => by.name === name && by.id === id && verify(null, Buffer.from(text), key, by.signature))
