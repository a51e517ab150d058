// Writes docs/configuration.md from the table of adapters/config.ts: `npm run docs`. A test holds the two equal.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { settingsAsMarkdown } from "../adapters/config.ts"
import { root } from "./places.mjs"

export const configurationFile = join(root, "docs", "configuration.md")

export const configurationPage = (): string => `# Configuration

Nothing needs to be set. Every command takes these from its environment; what isn't set comes from
\`.traveler/services.json\` (what Traveler itself found or started), else from the default. A wrong value ends the command
with one line that names the variable and what was expected. Passwords are never printed.

${settingsAsMarkdown()}

This page is written by \`npm run docs\` from \`adapters/config.ts\`.
`

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(configurationFile, configurationPage())
