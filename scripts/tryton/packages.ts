// Tryton's Debian packages: whether they are there, and installing them where we may. Only scripts/tryton may use it.
import type { Say } from "../services/ladder.ts"
import { saying } from "../services/ladder.ts"
import { isRoot, mustRun, program, run } from "../services/machine.ts"

const packages = ["tryton-modules-production-work", "tryton-modules-stock-lot", "python3-psycopg2"]

/** Modules of the database; what they need is activated with them. */
export const modules = ["production_work", "stock_lot"]

/** Why there can be no Tryton here. */
export class NoTryton extends Error {}

const missing = async (): Promise<ReadonlyArray<string>> => {
  const dpkg = program("dpkg-query")
  if (dpkg === undefined) return packages
  const states = await Promise.all(packages.map(async (name) => ({ name, ...(await run(dpkg, ["-s", name])) })))
  return states
    .filter(({ output, status }) => status !== 0 || !output.includes("Status: install ok installed"))
    .map(({ name }) => name)
}

/** Without recommended packages: with them it would be 400 and a gigabyte. */
export const installTryton = async (say: Say): Promise<void> => {
  const names = await missing()
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
    await mustRun(aptGet, ["update", "-q"], { seconds: 300, env })
    const { output, status } = await install()
    if (status !== 0) throw new NoTryton(`Tryton can't be installed: ${output.split("\n").at(-1)}`)
  })
}
