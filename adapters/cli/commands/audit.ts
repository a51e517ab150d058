// `traveler audit`: proof that the journal is what was recorded, for auditors and those who answer to them.
import { Command } from "effect/cli"
import { checkpoint } from "./audit/checkpoint.ts"
import { exported } from "./audit/export.ts"
import { key } from "./audit/key.ts"
import { verify } from "./audit/verify.ts"

export const audit = Command.make("audit").pipe(
  Command.withDescription("Prove that the journal is what was recorded, and take the proof with you"),
  Command.withSubcommands([verify, checkpoint, exported, key])
)
