// Files that a partner puts into a plant's folder, through a real broker and journal: read once they are whole, once each
// row, whatever happens to the core; and ERP documents as files, by the same rule.
import { createHash } from "node:crypto"
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { PlantId } from "../../core/plant/identifiers.ts"
import { inboundQueue } from "../../core/port/broker.ts"
import { eventually } from "../adapters/erp/posting.ts"
import { makePlant, rows, settled, startCore, traveler } from "../harness/processes.ts"
import { temporaryFolder } from "../house/temporary-folder.ts"

const id = PlantId.make("ulm")
const root = temporaryFolder()
const folder = (...names: ReadonlyArray<string>) => join(root, id, ...names)

const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex")

const confirmations = (...reports: ReadonlyArray<string>) =>
  ["orderId,operationId,occurredAt,yield.value,yield.unit", ...reports, ""].join("\n")

const listed = (name: string, content: string) => ({
  name,
  type: "OperationConfirmed",
  rows: content.split("\n").length - 2,
  bytes: content.length,
  sha256: sha256(content)
})

/** Beside its files, as it is renamed into place. */
const putManifest = (name: string, ...files: ReadonlyArray<object>) => {
  const part = folder("in", `.${name}.part`)
  writeFileSync(part, JSON.stringify({ exchange: "mes.events", sender: "legacy-mes", files }))
  renameSync(part, folder("in", `${name}.manifest.json`))
}

const day = confirmations(
  "4711,10,2026-11-23T06:00:00+01:00,10,EA",
  "4711,10,2026-11-23T07:00:00+01:00,twelve,EA",
  "4711,10,2026-11-23T08:00:00+01:00,5,EA"
)
const late = confirmations("4711,10,2026-11-23T09:00:00+01:00,2,EA", "4712,10,2026-11-23T09:30:00+01:00,3,EA")

it.live(
  "files are read once they are whole, and each row once",
  () =>
    Effect.gen(function* () {
      const made = yield* makePlant
      const plant = { ...made, environment: { ...made.environment, TRAVELER_FILES: root } }
      const queue = inboundQueue(id)
      yield* traveler(plant, "doctor")
      yield* rows(plant, "insert into plant (plant) values ($1)", [id])
      const states = rows<{ manifest: string; state: string; file: string | null; reason: string | null }>(
        plant,
        "select manifest, state, file, reason from file_intake where manifest like '%.json' order by manifest"
      )
      const isState = (manifest: string, state: string) =>
        eventually(
          `${manifest} is ${state}`,
          Effect.map(states, (all) => all.some((one) => one.manifest === manifest && one.state === state))
        )
      const duplicates = Effect.map(
        rows<{ count: number }>(
          plant,
          `select (select coalesce(sum(duplicates), 0) from intake_duplicates where queue = $1)::float8
            + (select coalesce(sum(duplicates), 0) from intake.intake_queue where queue = $1)::float8 as count`,
          [queue]
        ),
        ([row]) => row?.count ?? 0
      )

      yield* Effect.scoped(
        Effect.gen(function* () {
          const core = yield* startCore(plant)
          yield* eventually("the folder is there", () => existsSync(folder("in")))

          // Half of it, under a manifest that is whole; and a manifest that is half-written.
          writeFileSync(folder("in", "day.csv"), day.slice(0, 120))
          putManifest("day", listed("day.csv", day))
          writeFileSync(folder("in", "half.manifest.json"), '{"exchange": "mes.ev')
          yield* isState("day.manifest.json", "waiting")
          yield* isState("half.manifest.json", "waiting")
          expect((yield* states)[0]?.reason).toBe(`It has 120 bytes, and its manifest says ${day.length}`)
          expect(yield* traveler(plant, "doctor")).toMatch(
            /^Files of plant ulm, half\.manifest\.json: waits since .*: half\.manifest\.json: The manifest is no JSON \(yet\)$/m
          )
          appendFileSync(folder("in", "day.csv"), day.slice(120))
          rmSync(folder("in", "half.manifest.json"))
          yield* settled(plant, queue, 3, 60_000)
          yield* isState("day.manifest.json", "read")
          expect(readdirSync(folder("in"))).toEqual([])
          expect(readdirSync(folder("done"))).toHaveLength(1)

          // The row that says no number is a case, and nothing else waits for it.
          const cases = JSON.parse(yield* traveler(plant, "exceptions", "list", "--json"))
          expect(cases).toMatchObject([
            {
              field: "yield.value",
              value: "twelve",
              messageId: `${sha256(day)}/2`,
              source: "ulm/mes.events/legacy-mes"
            }
          ])

          // The same again, and one that isn't what its manifest says.
          writeFileSync(folder("in", "day.csv"), day)
          putManifest("day", listed("day.csv", day))
          writeFileSync(folder("in", "wrong.csv"), late.replace("2,EA", "9,EA"))
          putManifest("wrong", listed("wrong.csv", late))
          yield* isState("wrong.manifest.json", "refused")
          yield* eventually("the same was moved, too", () => readdirSync(folder("done")).length === 2)
          const [refused = ""] = readdirSync(folder("refused"))
          expect(JSON.parse(readFileSync(folder("refused", refused, "wrong.answer.json"), "utf8"))).toEqual({
            refused: [
              {
                file: "wrong.csv",
                field: "sha256",
                value: sha256(late.replace("2,EA", "9,EA")),
                reason: `Its manifest says ${sha256(late)}`,
                nextStep: expect.any(String)
              }
            ]
          })
          yield* eventually(
            "all of it were duplicates",
            Effect.map(duplicates, (count) => count === 3)
          )

          // Published, and not moved when the core is killed.
          renameSync(folder("done"), folder("done.away"))
          writeFileSync(folder("done"), "in the way")
          writeFileSync(folder("in", "late.csv"), late)
          putManifest("late", listed("late.csv", late))
          yield* isState("late.manifest.json", "waiting")
          yield* settled(plant, queue, 5, 60_000)
          const soFar = yield* duplicates
          yield* Effect.sleep("3 seconds")
          expect(yield* duplicates, "published again while it can't be moved").toBe(soFar)
          yield* core.kill
        })
      )
      rmSync(folder("done"))
      renameSync(folder("done.away"), folder("done"))
      const before = yield* duplicates
      yield* startCore(plant)
      yield* isState("late.manifest.json", "read")
      yield* eventually(
        "the rows came again",
        Effect.map(duplicates, (count) => count >= before + 2)
      )
      yield* settled(plant, queue, 5, 60_000)
      const shown = JSON.parse(yield* traveler(plant, "order", "show", "4711", "--json"))
      expect(shown.order.operations).toMatchObject([{ operationId: "10", quantities: [{ good: "17", unit: "EA" }] }])

      // What comes out is whole once its manifest is there, and what that says.
      mkdirSync(folder("out"))
      const now = new Date(Date.now() + 60_000).toISOString()
      const words = ["--plant", id, "--from", "2026-11-01T00:00:00Z", "--to", now, "--out", folder("out")]
      const { files, manifest } = JSON.parse(yield* traveler(plant, "files", "export", ...words, "--json"))
      expect(JSON.parse(readFileSync(manifest, "utf8"))).toMatchObject({ plant: id, files })
      for (const { bytes, name, sha256: digest } of files) {
        const content = readFileSync(folder("out", name))
        expect({ bytes: content.length, digest: sha256(content) }).toEqual({ bytes, digest })
      }
      expect(readdirSync(folder("out"))).toHaveLength(4)
      const [documents] = files
      expect(documents).toMatchObject({ type: "documents", rows: 4 })
      const [names = "", ...lines] = readFileSync(folder("out", documents.name), "utf8").trim().split("\r\n")
      expect(names).toContain("key,kind,plant,orderId,operationId,postingDate,state,document")
      expect(
        lines.every((line) =>
          /^order\/ulm\/471[12]\/\d+\/confirmation,confirmation,ulm,471[12],10,2026-11-23,/.test(line)
        )
      ).toBe(true)
    }).pipe(Effect.scoped),
  180_000
)
