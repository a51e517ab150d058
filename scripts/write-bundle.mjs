// Writes the command's bundle: `node scripts/write-bundle.mjs FOLDER`, on the pinned Node. Used by bundle.mjs.
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { rolldown } from "rolldown"
import { root } from "./places.mjs"

const [directory] = process.argv.slice(2)
if (directory === undefined) throw new Error("Name the folder that the bundle is written into")

/** Files that a module looks for beside itself lie where its source does. */
const asInItsSource = {
  name: "as-in-its-source",
  transform: {
    filter: { code: /\bimport\.meta\.(url|dirname)\b/ },
    /** @param {string} code @param {string} id */
    handler: (code, id) =>
      code
        .replaceAll(/\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(id).href))
        .replaceAll(/\bimport\.meta\.dirname\b/g, JSON.stringify(dirname(id)))
  }
}

const bundle = await rolldown({
  input: join(root, "adapters", "cli", "main.ts"),
  platform: "node",
  // The package `pg` asks for it where it is installed, and does without.
  external: ["pg-native"],
  plugins: [asInItsSource]
})
await bundle.write({ dir: directory, format: "esm" })
await bundle.close()
