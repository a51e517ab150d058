// Paths of OData V2: predicates, filters and options with their literals. Pure; used inside adapters/erp/sap.

/** A text's literal; its quotes are doubled. */
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`
export const guid = (value: string): string => `guid'${value}'`
/** Of a day `yyyy-mm-dd`. */
export const day = (value: string): string => `datetime'${value}T00:00:00'`
/** Of milliseconds since 1970. */
export const moment = (millis: number): string => `datetimeoffset'${new Date(millis).toISOString()}'`

export const entity = (set: string, key: Readonly<Record<string, string>>): string => {
  const predicate = Object.entries(key).map(([name, value]) => `${name}=${encodeURIComponent(text(value))}`)
  return `/${set}(${predicate.join(",")})`
}

/** `$filter`, `$expand` and so on; a function's parameters. */
export const options = (given: Readonly<Record<string, string>>): string =>
  `?${Object.entries(given)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&")}`

/** A record's place in an order: its fields, the one that counts most first. */
type Place = ReadonlyArray<readonly [name: string, value: string]>

/** All that comes after a place. */
export const beyond = (place: Place): string =>
  place.reduceRight((later, [name, value]) => {
    const above = `${name} gt ${text(value)}`
    return later === "" ? above : `(${above} or (${name} eq ${text(value)} and ${later}))`
  }, "")

/** One of several values. */
export const oneOf = (name: string, values: ReadonlyArray<string>): string =>
  `(${values.map((value) => `${name} eq ${text(value)}`).join(" or ")})`
