// What GS1 identifies, in the one form that a hash is made of: EPC URIs, classes and patterns, and Digital Links of any
// domain, become the constrained canonical GS1 Digital Link. Pure; used by `values.ts` and by the identifiers beside this folder.

const domain = "https://id.gs1.org"

/** Digits weigh 3 and 1 in turn, from the right. */
const withCheckDigit = (digits: string): string => {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    sum += Number(digits[digits.length - 1 - index]) * (index % 2 === 0 ? 3 : 1)
  }
  return `${digits}${(10 - (sum % 10)) % 10}`
}

/** Whether the last digit of a GTIN or GLN is what the others say it is. */
export const hasCheckDigit = (text: string): boolean => /^\d+$/.test(text) && withCheckDigit(text.slice(0, -1)) === text

/** An EPC URI allows characters that a path segment has to escape; what it escapes itself is kept. */
const segment = (text: string): string =>
  text.replace(/[!()*+,:]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

/** Company prefix, reference, and what follows the second dot. */
const keyPattern = /^(\d{6,12})\.(\d*)(?:\.(.+))?$/

interface Key {
  readonly company: string
  readonly reference: string
  /** Serial, lot or extension. */
  readonly rest: string
}

/** Prefix and reference have so many digits together; where one ends and the other begins, the prefix says. */
const numeric =
  (digits: number, link: (key: Key) => string) =>
  (text: string): string | undefined => {
    const [, company = "", reference = "", rest = ""] = keyPattern.exec(text) ?? []
    return company.length + reference.length === digits ? link({ company, reference, rest }) : undefined
  }

const gtin = ({ company, reference }: Key) => withCheckDigit(`${reference.slice(0, 1)}${company}${reference.slice(1)}`)
const plain = ({ company, reference }: Key) => withCheckDigit(company + reference)

/** The reference is text, and so has no length of its own. */
const textual = (link: (company: string, reference: string) => string) => (text: string) => {
  const [, company, reference] = /^(\d{6,12})\.(.+)$/.exec(text) ?? []
  return company === undefined || reference === undefined ? undefined : link(company, reference)
}

const pieces = (key: Key): string => gtin(key) + key.rest.slice(0, 5).replace(".", "")

/** By scheme: the path of the Digital Link. */
const identities: { readonly [scheme: string]: (text: string) => string | undefined } = {
  sgtin: numeric(13, (key) => `/01/${gtin(key)}/21/${segment(key.rest)}`),
  sscc: numeric(17, (key) => `/00/${gtin(key)}`),
  sgln: numeric(12, (key) => `/414/${plain(key)}${key.rest === "0" ? "" : `/254/${segment(key.rest)}`}`),
  grai: numeric(12, (key) => `/8003/0${plain(key)}${segment(key.rest)}`),
  giai: textual((company, reference) => `/8004/${company}${segment(reference)}`),
  gsrn: numeric(17, (key) => `/8018/${plain(key)}`),
  gsrnp: numeric(17, (key) => `/8017/${plain(key)}`),
  gdti: numeric(12, (key) => `/253/${plain(key)}${segment(key.rest)}`),
  cpi: textual((company, reference) => {
    const dot = reference.lastIndexOf(".")
    return `/8010/${company}${segment(reference.slice(0, dot))}/8011/${reference.slice(dot + 1)}`
  }),
  sgcn: numeric(12, (key) => `/255/${plain(key)}${key.rest}`),
  ginc: textual((company, reference) => `/401/${company}${segment(reference)}`),
  gsin: numeric(16, (key) => `/402/${plain(key)}`),
  itip: numeric(13, (key) => `/8006/${pieces(key)}/21/${segment(key.rest.slice(6))}`),
  upui: numeric(13, (key) => `/01/${gtin(key)}/235/${segment(key.rest)}`),
  pgln: numeric(12, (key) => `/417/${plain(key)}`)
}

const classes: typeof identities = {
  lgtin: numeric(13, (key) => `/01/${gtin(key)}/10/${segment(key.rest)}`)
}

/** Of all serials: `.*` at the end. */
const patterns: typeof identities = {
  sgtin: numeric(13, (key) => `/01/${gtin(key)}`),
  upui: numeric(13, (key) => `/01/${gtin(key)}`),
  grai: numeric(12, (key) => `/8003/0${plain(key)}`),
  gdti: numeric(12, (key) => `/253/${plain(key)}`),
  sgcn: numeric(12, (key) => `/255/${plain(key)}`),
  cpi: textual((company, reference) => `/8010/${company}${segment(reference.replace(/\.\*$/, ""))}`),
  itip: numeric(13, (key) => `/8006/${pieces(key)}`)
}

const kinds: { readonly [kind: string]: typeof identities } = { id: identities, class: classes, idpat: patterns }

const ofUrn = (urn: string): string | undefined => {
  const [, kind = "", scheme = "", text = ""] = /^urn:epc:(id|class|idpat):([a-z]+):(.+)$/.exec(urn) ?? []
  return kinds[kind]?.[scheme]?.(text)
}

/** Application identifiers of primary keys: what their value is, and their qualifiers, the finest first. */
const primary: { readonly [key: string]: { readonly value: RegExp; readonly finest: ReadonlyArray<string> } } = {
  "00": { value: /^\d{18}$/, finest: [] },
  "01": { value: /^(\d{8}|\d{12,14})$/, finest: ["21", "235", "10"] },
  "253": { value: /^\d{13}\S{0,17}$/, finest: [] },
  "255": { value: /^\d{13,25}$/, finest: [] },
  "401": { value: /^\d{4}\S{0,26}$/, finest: [] },
  "402": { value: /^\d{17}$/, finest: [] },
  "414": { value: /^\d{13}$/, finest: ["254"] },
  "417": { value: /^\d{13}$/, finest: [] },
  "8003": { value: /^\d{14}\S{0,16}$/, finest: [] },
  "8004": { value: /^\d{4}\S{0,26}$/, finest: [] },
  "8006": { value: /^\d{18}$/, finest: ["21", "10"] },
  "8010": { value: /^\d{4}\S{0,26}$/, finest: ["8011"] },
  "8017": { value: /^\d{18}$/, finest: [] },
  "8018": { value: /^\d{18}$/, finest: [] }
}

/** The words that Digital Links had for application identifiers before version 1.2. */
const words: { readonly [word: string]: string } = {
  gtin: "01",
  itip: "8006",
  cpid: "8010",
  gln: "414",
  party: "417",
  gsrnp: "8017",
  gsrn: "8018",
  gcn: "255",
  sscc: "00",
  gdti: "253",
  ginc: "401",
  gsin: "402",
  grai: "8003",
  giai: "8004",
  cpv: "22",
  lot: "10",
  ser: "21"
}

const ofPath = (steps: ReadonlyArray<string>): string | undefined => {
  const [word = "", value = "", ...rest] = steps
  const key = words[word] ?? word
  const how = primary[key]
  if (how === undefined || !how.value.test(value) || rest.length % 2 !== 0) return undefined
  const qualifiers = new Map<string, string>()
  for (let index = 0; index < rest.length; index += 2) {
    const qualifier = rest[index] ?? ""
    qualifiers.set(words[qualifier] ?? qualifier, rest[index + 1] ?? "")
  }
  const finest = how.finest.find((qualifier) => qualifiers.has(qualifier))
  const link = `/${key}/${key === "01" ? value.padStart(14, "0") : value}`
  return finest === undefined ? link : `${link}/${finest}/${qualifiers.get(finest)}`
}

const ofLink = (uri: string): string | undefined => {
  const [, path] = /^https?:\/\/[^/?#]+\/([^?#]+)/.exec(uri) ?? []
  if (path === undefined) return undefined
  const steps = path.replace(/\/$/, "").split("/")
  for (let from = 0; from < steps.length - 1; from++) {
    const link = ofPath(steps.slice(from))
    if (link !== undefined) return link
  }
  return undefined
}

/** The canonical Digital Link of what this names; undefined where it is no identifier of GS1. */
export const digitalLink = (uri: string): string | undefined => {
  const path = uri.startsWith("urn:epc:") ? ofUrn(uri) : uri.startsWith("http") ? ofLink(uri) : undefined
  return path === undefined ? undefined : domain + path
}
