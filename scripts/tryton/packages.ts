// Tryton's Debian packages: whether they are there, and installing them where we may. Only scripts/tryton and tests may use it.
import { existsSync } from "node:fs"
import { join } from "node:path"
import { type Say, saying } from "../services/ladder.ts"
import { isRoot, program, run } from "../services/machine.ts"

const place = "/usr/lib/python3/dist-packages"

/** Each with what it brings: asking dpkg takes longer, and more of it. */
const packages = [
  { name: "tryton-modules-production-work", brings: join(place, "trytond/modules/production_work") },
  { name: "tryton-modules-stock-lot", brings: join(place, "trytond/modules/stock_lot") },
  { name: "python3-psycopg2", brings: join(place, "psycopg2") }
]

/** Modules of the database; what they need is activated with them. */
export const modules = ["production_work", "stock_lot"]

/** Why there can be no Tryton here. */
export class NoTryton extends Error {}

const missing = (): ReadonlyArray<string> =>
  packages.filter(({ brings }) => !existsSync(brings)).map(({ name }) => name)

/** Without recommended packages: with them it would be 400 and a gigabyte. */
export const installTryton = async (say: Say): Promise<void> => {
  const names = missing()
  if (names.length === 0) return
  const aptGet = program("apt-get")
  if (!isRoot || aptGet === undefined) {
    throw new NoTryton(`Tryton isn't installed and can't be: Debian has ${names.join(", ")}, and root may install them`)
  }
  say(`Installing from Debian: ${names.join(" ")}`)
  const env = { DEBIAN_FRONTEND: "noninteractive" }
  const install = () => run(aptGet, ["install", "-y", "-q", "--no-install-recommends", ...names], { seconds: 600, env })
  await saying("Installing Tryton", say, async () => {
    if ((await install()).status === 0) return
    await run(aptGet, ["update", "-q"], { seconds: 300, env })
    const { output, status } = await install()
    if (status !== 0) throw new NoTryton(`Tryton can't be installed: ${output.split("\n").at(-1)}`)
  })
}
