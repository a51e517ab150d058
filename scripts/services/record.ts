// What earlier runs found or made, kept for later ones: files that only their owner may read, replaced whole.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { stateDirectory } from "../places.mjs"

/** `.traveler/services.json`: what the last climb found. A service is absent when there is none. */
export interface Services {
  readonly postgresUrl?: string
  /** The broker's URL, or `memory` where no RabbitMQ was to be had. */
  readonly brokerUrl?: string
}

export const servicesFile = join(stateDirectory, "services.json")

export const readText = (path: string, key: string): string | undefined => {
  let text: string
  try {
    text = readFileSync(path, "utf8")
  } catch {
    return undefined
  }
  const content: unknown = JSON.parse(text)
  const value = typeof content === "object" && content !== null ? Reflect.get(content, key) : undefined
  return typeof value === "string" ? value : undefined
}

export const keep = (path: string, content: object): void => {
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 })
  renameSync(draft, path)
}
