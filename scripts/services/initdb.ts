// Where this machine has Postgres's own programs. Only scripts/services and test/harness may use it.
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { program } from "./machine.ts"

const debianVersions = "/usr/lib/postgresql"

/** Debian keeps initdb off the PATH, in one folder a version; the newest is taken. */
const installedPlaces = (): ReadonlyArray<string> =>
  existsSync(debianVersions)
    ? readdirSync(debianVersions)
        .sort((left, right) => Number(right) - Number(left))
        .map((version) => join(debianVersions, version, "bin"))
    : []

/** The path of initdb; the others are beside it. */
export const initdb = (): string | undefined => program("initdb", installedPlaces())
