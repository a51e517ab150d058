// Where the checkout is, and where a run keeps what later ones need. Plain JavaScript for Node 18 and later.
import { homedir } from "node:os"
import { dirname, join, sep } from "node:path"
import { fileURLToPath } from "node:url"

/** The folder of package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** True where Traveler is itself a package of something else, so that its folder isn't ours to write to. */
export const isInstalledPackage = root.split(sep).includes("node_modules")

/** What was found and started, for later commands; a checkout has its own. */
export const stateDirectory = isInstalledPackage ? join(homedir(), ".traveler") : join(root, ".traveler")
