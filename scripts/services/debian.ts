// Installs a Debian package when we may. Only scripts/services may use it.
import { type Say, saying } from "./ladder.ts"
import { isRoot, mustRun, program } from "./machine.ts"

const env = { DEBIAN_FRONTEND: "noninteractive" }

/** True once the package is installed now; false where this isn't Debian or we aren't root. */
export const installFromDebian = async (name: string, say: Say): Promise<boolean> => {
  const aptGet = program("apt-get")
  if (!isRoot || aptGet === undefined) return false
  say(`${name} isn't installed: installing it from Debian (apt-get install ${name})`)
  await saying(`Installing ${name}`, say, async () => {
    await mustRun(aptGet, ["update", "-q"], { seconds: 300, env })
    await mustRun(aptGet, ["install", "-y", "-q", "--no-install-recommends", name], { seconds: 600, env })
  })
  return true
}
