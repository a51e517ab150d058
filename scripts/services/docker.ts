// Starts a service of compose.yaml where a Docker engine answers. Only scripts/services may use it.
import { root } from "../places.mjs"
import { type Say, saying } from "./ladder.ts"
import { mustRun, program, run } from "./machine.ts"

/** True once the service is healthy; false where there is no engine. */
export const startWithDocker = async (service: string, say: Say): Promise<boolean> => {
  const docker = program("docker")
  if (docker === undefined || (await run(docker, ["info"], { seconds: 5 })).status !== 0) return false
  await saying(`Starting ${service} with docker compose`, say, () =>
    mustRun(docker, ["compose", "up", "--detach", "--wait", service], { seconds: 300, cwd: root })
  )
  return true
}
