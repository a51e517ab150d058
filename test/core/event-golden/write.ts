// Writes the golden file of each event type's version that has none yet: `node test/core/event-golden/write.ts`. A file
// that is there is never written again: it's what a journal of that time holds.
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { Record } from "effect"
import { schemaVersionOf } from "../../../core/event/catalogue.ts"
import { encode } from "../../../core/journal/codec.ts"
import { hex, sha256 } from "../../../core/journal/hash.ts"
import type { MessageMetadata } from "../../../core/message/metadata.ts"
import { MessageId, PersonId, Source } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { asJson, folder, type Golden } from "./golden.ts"
import { samples } from "./samples.ts"

/** An envelope with every field that it may have. */
const metadata: MessageMetadata = {
  source: Source.make("traveler/case"),
  messageId: MessageId.make("0123456789abcdef0123456789abcdef/1"),
  digest: sha256(new TextEncoder().encode("golden")),
  queue: "traveler.in.ulm",
  occurredAt: OccurredAt.make("2026-11-23T06:00:00+01:00"),
  sequence: 7,
  correlationId: "shift-1",
  causationId: "start-1",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  by: PersonId.make("6f1c9c9e-4a5e-4d8e-9d3a-1f2e3d4c5b6a"),
  mappingVersion: 3,
  corrects: { source: Source.make("ulm/mes.events/mes"), messageId: MessageId.make("0190b2f4-7c1e") }
}

mkdirSync(folder, { recursive: true })
for (const type of Record.keys(samples)) {
  const schemaVersion = schemaVersionOf(type)
  const file = new URL(`${type}.${schemaVersion}.json`, folder)
  if (existsSync(file)) continue
  const content = { metadata, part: 0, data: samples[type] }
  const golden: Golden = { type, schemaVersion, bytes: hex(encode(content)), content: asJson(content) }
  writeFileSync(file, `${JSON.stringify(golden, undefined, 2)}\n`)
}
