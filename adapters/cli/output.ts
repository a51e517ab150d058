// How the command line speaks: answers on stdout, everything else on stderr. Used by every command.
import { Console, Effect, Logger } from "effect"

/** A line of progress, for the person who waits. */
export const say = (line: string) => Effect.sync(() => void process.stderr.write(`${line}\n`))

/** The one line that a machine reads. */
export const answerJson = (value: unknown) => Console.log(JSON.stringify(value))

/** What a person asked to see. */
export const answer = (text: string) => Console.log(text)

/** Log lines go to stderr, so that stdout holds the answer alone. */
export const loggingToStderr = Logger.layer([Logger.withConsoleError(Logger.formatSimple)])
