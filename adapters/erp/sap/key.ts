// A posting key as SAP can hold it: the first 160 bits of its SHA-256, in hexadecimal, over the fields that have room for
// some of it. Pure; used inside adapters/erp/sap.
//
// A key has up to 300 characters, and SAP's fields 16 to 40. What is searched by is 64 bits (a material document's
// reference) or 128 (a confirmation's GUID); all 160 are compared whenever a document is read, so one that has only the
// searched bits in common is another document.
import { hex, sha256 } from "../../../core/journal/hash.ts"
import { PostingKey } from "../../../core/plant/identifiers.ts"

const encoder = new TextEncoder()

const digits = 40
/** As much as fits beside what else a cancellation's text says. */
const shortDigits = 26

export const fingerprint = (key: string): string => hex(sha256(encoder.encode(key))).slice(0, digits)

/** How a key reads when it comes back. */
export const keyInWords = (print: string): PostingKey => PostingKey.make(`sha256:${print}`)

/** How the key of what a reversal takes back reads. */
export const reversedInWords = (print: string): PostingKey => keyInWords(print.slice(0, shortDigits))

/**
 * The cancellation of a material document has no field of its own for a key. SAP cancels a document once: what it cancels
 * says which one it is.
 */
export const cancellationInWords = (reversed: string): PostingKey =>
  PostingKey.make(`reverses ${reversedInWords(reversed)}`)

const guidDigits = 32

/** Of ExternalSystemConfirmation. */
export const guidOf = (print: string): string =>
  print.slice(0, guidDigits).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")

/** Of the header RequestID: SAP's own notion of "the same once more". */
export const requestIdOf = (print: string): string => print.slice(0, guidDigits).toUpperCase()

/** ConfirmationText: the digits that the GUID hasn't, and how many goods movements go with it. */
export const confirmationText = (print: string, movements: number): string => `${print.slice(guidDigits)} +${movements}`

/** ConfirmationText of a cancellation: its own digits, those of what it takes back, and how many movements that had. */
export const cancellationText = (print: string, reversed: string, movements: number): string =>
  `${print.slice(guidDigits)} -${reversed.slice(0, shortDigits)}+${movements}`

export interface TextOfConfirmation {
  readonly print: string
  readonly movements: number
  readonly reversed: string | undefined
}

const textPattern = /^([0-9a-f]{8}) (?:-([0-9a-f]{26}))?\+(\d{1,3})$/i

/** What was made into those two fields; undefined where the confirmation isn't ours. */
export const readConfirmation = (guid: string | null, text: string): TextOfConfirmation | undefined => {
  const [, rest, reversed, movements] = textPattern.exec(text) ?? []
  if (guid === null || rest === undefined) return undefined
  return {
    print: (guid.replaceAll("-", "") + rest).toLowerCase(),
    movements: Number(movements),
    reversed: reversed?.toLowerCase()
  }
}

const referenceDigits = 16

/** ReferenceDocument, which SAP keeps in capitals. */
export const referenceOf = (print: string): string => print.slice(0, referenceDigits).toUpperCase()

/** MaterialDocumentHeaderText: the digits that the reference hasn't. */
export const headerTextOf = (print: string): string => print.slice(referenceDigits)

/** What was made into those two fields; undefined where the material document isn't ours. */
export const readHeader = (reference: string, text: string): string | undefined => {
  const print = `${reference}${text}`.toLowerCase()
  return reference.length === referenceDigits && /^[0-9a-f]{40}$/.test(print) ? print : undefined
}
