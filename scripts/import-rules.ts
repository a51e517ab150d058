// Which room may import what (the table of ARCHITECTURE.md, checked). For scripts/check-imports.ts and its test.
import { posix } from "node:path"
import { parseSync } from "oxc-parser"

interface Room {
  /** The rooms that it may import; its own goes without saying. */
  readonly rooms: ReadonlyArray<string>
  /** The packages that it may import; absent: any. */
  readonly packages?: ReadonlyArray<string>
}

const rooms: Readonly<Record<string, Room>> = {
  core: { rooms: [], packages: ["effect", "msgpackr", "node:crypto"] },
  actors: { rooms: ["core"], packages: ["effect"] },
  projections: { rooms: ["core"], packages: ["effect"] },
  adapters: { rooms: ["core", "actors", "projections"] },
  scripts: { rooms: ["adapters"] },
  bench: { rooms: ["core", "actors", "projections", "adapters", "scripts", "test"] },
  test: { rooms: ["core", "actors", "projections", "adapters", "scripts", "bench"] }
}

/** Parts that only some may use, wherever the table above would let them in. */
const reserved: ReadonlyArray<{
  readonly what: string
  readonly is: (target: string) => boolean
  readonly only: ReadonlyArray<string>
}> = [
  {
    what: "Effect's sql module",
    is: (target) => /^effect\/sql(\/|$)/.test(target),
    only: ["projections/", "adapters/", "scripts/", "bench/", "test/"]
  },
  {
    what: "Effect's cluster module",
    is: (target) => /^effect\/cluster(\/|$)/.test(target) || /^@effect\/.*Cluster/.test(target),
    only: ["adapters/cluster/", "bench/", "test/"]
  }
]

/** The command line and the configuration find the services; no other adapter knows how they were found. */
const allowed: ReadonlyArray<{ readonly from: RegExp; readonly to: RegExp }> = [
  { from: /^adapters\/(cli\/|config\.ts$)/, to: /^scripts\// }
]

/** Everything that a file imports, re-exports or loads at run time, type imports too. */
const importsOf = (file: string, text: string): ReadonlyArray<string> => {
  const { module, errors } = parseSync(file, text)
  if (errors[0] !== undefined) throw new Error(`${file}: ${errors[0].message}`)
  return [
    ...module.staticImports.map((entry) => entry.moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1))
  ]
}

const roomOf = (path: string): string => path.split("/")[0] ?? ""

const isPackage = (specifier: string): boolean => !specifier.startsWith(".") && !specifier.startsWith("/")

const packageMatches = (specifier: string, name: string): boolean =>
  specifier === name || specifier.startsWith(`${name}/`)

const roomFault = (file: string, specifier: string): string | undefined => {
  const from = roomOf(file)
  const room = rooms[from]
  if (room === undefined) return undefined
  if (isPackage(specifier)) {
    const may = room.packages?.some((name) => packageMatches(specifier, name)) ?? true
    return may ? undefined : `${from}/ may import only the packages ${room.packages?.join(", ")}`
  }
  const target = posix.join(posix.dirname(file), specifier)
  const may =
    [from, ...room.rooms].includes(roomOf(target)) ||
    allowed.some((rule) => rule.from.test(file) && rule.to.test(target))
  return may ? undefined : `${from}/ may import only from ${[from, ...room.rooms].map((name) => `${name}/`).join(", ")}`
}

const reservedFault = (file: string, specifier: string): string | undefined => {
  const rule = reserved.find(({ is, only }) => is(specifier) && !only.some((place) => file.startsWith(place)))
  return rule === undefined ? undefined : `${rule.what} may be imported only in ${rule.only.join(", ")}`
}

/** One line for each import of `file` (a path from the top folder) that breaks a rule. */
export const forbiddenImports = (file: string, text: string): ReadonlyArray<string> =>
  [...new Set(importsOf(file, text))].flatMap((specifier) => {
    const fault = reservedFault(file, specifier) ?? roomFault(file, specifier)
    return fault === undefined ? [] : [`${file} imports ${specifier}: ${fault}`]
  })
