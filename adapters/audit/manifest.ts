// The manifest of an export: what it is of, and each file by its SHA-256, sealed with the key that signs checkpoints. Pure.
// Used by adapters/audit. The lines of files are as `sha256sum -c` reads them.

/** What an export is of, in words: `order berlin/4711`. */
export interface Manifest {
  readonly origin: string
  readonly subject: string
  readonly checkpoint: number
  readonly events: number
  readonly notYetProven: number
  /** Each stream that is whole in it, with how many events it has. */
  readonly streams: ReadonlyMap<string, number>
  /** Each run of offsets that is whole in it, by partition: of an export of a time. */
  readonly runs: ReadonlyMap<number, { readonly first: number; readonly last: number }>
  readonly files: ReadonlyMap<string, string>
}

export const manifestName = "manifest.txt"

export const manifestText = (manifest: Manifest): string =>
  `${[
    manifest.origin,
    `export ${manifest.subject}`,
    `checkpoint ${manifest.checkpoint}`,
    `events ${manifest.events}`,
    `not yet proven ${manifest.notYetProven}`,
    ...Array.from(manifest.streams, ([name, versions]) => `stream ${versions} ${name}`),
    ...Array.from(manifest.runs, ([partition, { first, last }]) => `partition ${partition} ${first} ${last}`),
    ...Array.from(manifest.files, ([name, hash]) => `${hash}  ${name}`)
  ].join("\n")}\n`

/** Only the very text that `manifestText` makes is one. */
export const parseManifest = (text: string): Manifest | undefined => {
  const [origin = "", subject = "", checkpoint = "", events = "", notYetProven = "", ...lines] = text.split("\n")
  const found = (pattern: RegExp) =>
    lines.flatMap((line) => [pattern.exec(line) ?? []].filter(({ length }) => length > 0))
  const manifest: Manifest = {
    origin,
    subject: subject.replace(/^export /, ""),
    checkpoint: Number(checkpoint.replace(/^checkpoint /, "")),
    events: Number(events.replace(/^events /, "")),
    notYetProven: Number(notYetProven.replace(/^not yet proven /, "")),
    streams: new Map(found(/^stream (\d+) (.+)$/s).map(([, versions, name = ""]) => [name, Number(versions)])),
    runs: new Map(
      found(/^partition (\d+) (\d+) (\d+)$/).map(([, partition, first, last]) => [
        Number(partition),
        { first: Number(first), last: Number(last) }
      ])
    ),
    files: new Map(found(/^([0-9a-f]{64}) {2}(.+)$/s).map(([, hash = "", name = ""]) => [name, hash]))
  }
  return manifestText(manifest) === text ? manifest : undefined
}
