// One setting: the variable that it is read from, what may stand there, and what that means. Used by `config.ts`, and by
// whoever tells a wrong one.
import { Config, Cron, DateTime, Effect, Option, Redacted, Result, Schema } from "effect"

/** A variable holds what it may not. What it holds is named only where that is no secret. */
export class WrongSetting extends Schema.TaggedError<WrongSetting>()("WrongSetting", {
  name: Schema.String,
  expected: Schema.String,
  found: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    return `${this.name} is ${this.found === undefined ? "wrong" : `\`${this.found}\``}: expected ${this.expected}`
  }
}

export interface Row {
  readonly name: string
  readonly meaning: string
  readonly expected: string
  /** What holds when nothing says otherwise. */
  readonly byDefault: string
  readonly isSecret?: boolean
}

export interface Setting<A> {
  readonly row: Row
  readonly read: Effect.Effect<A, WrongSetting>
}

export const setting = <A>(row: Row, absent: A, parse: (text: string) => A | undefined): Setting<A> => ({
  row,
  read: Config.option(Config.String(row.name)).pipe(
    Effect.orDie, // reading the environment doesn't fail; only what stands there can be wrong, and parse says that
    Effect.flatMap(
      Option.match({
        onNone: () => Effect.succeed(absent),
        onSome: (text) => {
          const value = parse(text)
          if (value !== undefined) return Effect.succeed(value)
          const found = row.isSecret === true ? {} : { found: text }
          return Effect.fail(new WrongSetting({ name: row.name, expected: row.expected, ...found }))
        }
      })
    )
  )
})

/** A URL of one of these schemes that names a host. */
export const urlOf =
  (...schemes: ReadonlyArray<string>) =>
  (text: string): string | undefined => {
    const url = URL.parse(text)
    return url !== null && schemes.includes(url.protocol.slice(0, -1)) && url.hostname !== "" ? text : undefined
  }

export const secretUrl = (...schemes: ReadonlyArray<string>) => {
  const url = urlOf(...schemes)
  return (text: string): Redacted.Redacted | undefined => {
    const value = url(text)
    return value === undefined ? undefined : Redacted.make(value)
  }
}

export const whole =
  (least: number, most: number) =>
  (text: string): number | undefined =>
    /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined

export const wholeNumber = (row: Omit<Row, "expected" | "byDefault">, byDefault: number, least: number, most: number) =>
  setting(
    { ...row, expected: `a whole number from ${least} to ${most}`, byDefault: `\`${byDefault}\`` },
    byDefault,
    whole(least, most)
  )

/** With a name and a password, each of which can be decoded. */
export const isSomebody = ({ password, username }: URL): boolean =>
  username !== "" && password !== "" && !/%(?![0-9A-Fa-f]{2})/.test(username + password)

export const daily = (hour: number, minute: number): Cron.Cron =>
  Cron.make({ minutes: [minute], hours: [hour], days: [], months: [], weekdays: [], tz: DateTime.zoneMakeOffset(0) })

/** Every day at that time; none where it is `off`. */
export const timeOfDay = (text: string): Option.Option<Cron.Cron> | undefined => {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? []
  if (text === "off") return Option.none()
  return hour === undefined || minute === undefined ? undefined : Option.some(daily(Number(hour), Number(minute)))
}

/** Like `0 5 1 * *`, the first of each month at five; none where it is `off`. */
export const recurring = (text: string): Option.Option<Cron.Cron> | undefined =>
  text === "off"
    ? Option.none()
    : Result.match(Cron.parse(text, "UTC"), { onSuccess: Option.some, onFailure: () => undefined })
