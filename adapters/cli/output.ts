// How the command line speaks: answers on stdout, everything else on stderr. Used by every command.
import { Console, Effect, Logger, References } from "effect"
import { hex } from "../../core/journal/hash.ts"

/** A line of progress, for the person who waits. */
export const say = (line: string) => Effect.sync(() => void process.stderr.write(`${line}\n`))

/** Bytes as hex. A function, since a Buffer has made itself an object before `value` is handed over. */
function readable(this: { readonly [key: string]: unknown }, key: string, value: unknown) {
  const held = this[key]
  return held instanceof Uint8Array ? hex(held) : value
}

export const asJson = (value: unknown): string => JSON.stringify(value, readable)

/** The one line that a machine reads. */
export const answerJson = (value: unknown) => Console.log(asJson(value))

/** What a person asked to see. */
export const answer = (text: string) => Console.log(text)

/** An answer that is bytes already, however many: they go out whole before the command ends. */
export const shown = (bytes: Uint8Array) =>
  Effect.callback<void>((resume) => void process.stdout.write(bytes, () => resume(Effect.void)))

const toStderr = Logger.withConsoleError(Logger.formatSimple)

/** Log lines go to stderr, so that stdout holds the answer alone. */
export const loggingToStderr = Logger.layer([toStderr])

/** The same, without what the cluster says about a core that is ending: that no healthy runner is left is as it should be. */
export const loggingUntil = (isEnding: () => boolean) =>
  Logger.layer([
    Logger.make<unknown, void>((options) => {
      const { module } = options.fiber.getRef(References.CurrentLogAnnotations)
      if (!(isEnding() && module === "effect/cluster/Sharding")) toStderr.log(options)
    })
  ])
