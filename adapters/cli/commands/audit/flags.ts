// Flags that several of `traveler audit`'s commands have, and what holds where they are absent.
import { Effect, Option } from "effect"
import { Flag } from "effect/cli"
import { DataQualityIssue } from "../../../../core/failure.ts"
import type { Settings } from "../../../config.ts"

export const keyFile = Flag.String("key").pipe(
  Flag.withDescription("The file of the private key; TRAVELER_AUDIT_KEY where absent"),
  Flag.optional
)

export const requireKey = (given: Option.Option<string>, { auditKey }: Settings) =>
  Option.match(
    Option.orElse(given, () => auditKey),
    {
      onSome: Effect.succeed,
      onNone: () =>
        Effect.fail(
          new DataQualityIssue({
            field: "key",
            value: "",
            reason: "No key is known to sign with",
            nextStep: "Give --key or TRAVELER_AUDIT_KEY; make one: npm run traveler -- audit key FILE --name NAME"
          })
        )
    }
  )

export const publicKey = Flag.String("public-key").pipe(
  Flag.withDescription(
    "The file of the public key that you were given; without it, what is checked vouches for itself"
  ),
  Flag.optional
)
