// The manifest of a file exchange, either way: which files, whole, and what is in them. It is written last. Used inside
// adapters/files.
import { Result, Schema, SchemaIssue } from "effect"
import { exchanges } from "../../core/port/broker.ts"
import { NotWhole, Refused } from "./refusal.ts"

export const suffix = ".manifest.json"

/** Of a file beside the manifest: no path leads anywhere else. */
const FileName = Schema.String.pipe(
  Schema.check(
    Schema.isPattern(/^(?!\.)[^/\\\p{Cc}]{1,200}$/u, { message: "Expected a file's name without a path" }),
    Schema.makeFilter((name) => !name.endsWith(suffix), { message: "Expected another file than a manifest" })
  )
)

const Count = Schema.Int.pipe(Schema.check(Schema.isGreaterThanOrEqualTo(0)))

export const ListedFile = Schema.Struct({
  name: FileName,
  /** Of a file that comes in: the type of the message that each row is. */
  type: Schema.String,
  /** Without the names of the columns. */
  rows: Count,
  bytes: Count,
  /** In hex, of the file's bytes. */
  sha256: Schema.String.pipe(
    Schema.check(Schema.isPattern(/^[0-9a-f]{64}$/, { message: "Expected 64 hexadecimal digits in small letters" }))
  )
})
export type ListedFile = typeof ListedFile.Type

/** All are held open from the check to the last row, so that nothing takes the place of one. */
const mostFiles = 100

/** Of files that come in: by which exchange a sender of the broker would have sent the rows, and who that is. */
const Manifest = Schema.Struct({
  exchange: Schema.Literals([exchanges.mesEvents, exchanges.erpEvents]),
  sender: Schema.String.pipe(
    Schema.check(
      Schema.isPattern(/^[^\p{Cc}\p{Cs}/]{1,60}$/u, {
        message: "Expected a name of 1 to 60 characters without a slash"
      })
    )
  ),
  files: Schema.Array(ListedFile).pipe(
    Schema.check(
      Schema.isMinLength(1),
      Schema.isMaxLength(mostFiles),
      Schema.makeFilter((files) => new Set(files.map(({ name }) => name)).size === files.length, {
        message: "Expected each file once"
      })
    )
  )
})
export type Manifest = typeof Manifest.Type

const decode = Schema.decodeUnknownResult(Manifest)
const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

const at = (value: unknown, path: ReadonlyArray<PropertyKey>): unknown =>
  path.reduce<unknown>((of, key) => (typeof of === "object" && of !== null ? Reflect.get(of, key) : undefined), value)

/** No beginning of a JSON object is one, so what isn't JSON is half-written. */
export const readManifest = (name: string, text: string): Result.Result<Manifest, NotWhole | Refused> => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return Result.fail(new NotWhole({ file: name, reason: "The manifest is no JSON (yet)" }))
  }
  return Result.mapError(decode(value), (error) => {
    const [issue] = formatIssue(error.issue).issues
    const path = (issue?.path ?? []).map((step) => (typeof step === "object" ? step.key : step))
    return new Refused({
      file: name,
      field: path.map(String).join(".") || "manifest",
      value: JSON.stringify(at(value, path))?.slice(0, 200) ?? "(none)",
      reason: issue?.message ?? "Not a manifest",
      nextStep: "Write the manifest as docs/files.md says, and put it beside its files again"
    })
  })
}
