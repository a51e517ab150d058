// The version of this code, as package.json has it. Used wherever an answer must say what gave it.
import packageJson from "../package.json" with { type: "json" }

export const { version } = packageJson
