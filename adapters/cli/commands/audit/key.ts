// `traveler audit key`: makes the key that signs checkpoints.
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { makeKeyFile } from "../../../audit/keys.ts"
import { answer } from "../../output.ts"

export const key = Command.make(
  "key",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("A new file for the private key, outside the database; the public one is put beside it")
    ),
    name: Flag.String("name").pipe(
      Flag.withDescription("What its checkpoints are of, like example.com/traveler; it stays when the key is rotated")
    )
  },
  ({ file, name }) =>
    Effect.flatMap(makeKeyFile(file, name), ({ text }) =>
      answer(
        `${text}\nWrite this line down where nobody of this machine can change it, and give it to whoever verifies.`
      )
    )
).pipe(Command.withDescription("Make the key that signs checkpoints"))
