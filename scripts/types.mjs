// Lets Node run our TypeScript where Traveler is an installed package: below node_modules Node itself strips no types.
import { readFileSync } from "node:fs"
import { registerHooks, stripTypeScriptTypes } from "node:module"
import { fileURLToPath, pathToFileURL } from "node:url"
import { root } from "./places.mjs"

const ours = pathToFileURL(root).href
const isOurs = (/** @type {string} */ url) =>
  url.startsWith(`${ours}/`) && !url.slice(ours.length).includes("/node_modules/")

registerHooks({
  load: (url, context, next) =>
    url.endsWith(".ts") && isOurs(url)
      ? {
          format: "module",
          source: stripTypeScriptTypes(readFileSync(fileURLToPath(url), "utf8")),
          shortCircuit: true
        }
      : next(url, context)
})
