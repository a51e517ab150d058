// The settings of Traveler: one table of environment variables, which is also docs/configuration.md. Used in adapters/.
// A variable that isn't set comes from .traveler/services.json (what `findServices` found), else from its default.
import { isAbsolute } from "node:path"
import { ConfigProvider, type Cron, Effect, Option, Redacted, Schema } from "effect"
import type { OrderPostings } from "../core/port/erp.ts"
import { readText, servicesFile } from "../scripts/services/record.ts"
import type { ClosedPeriod } from "./erp/poster-period.ts"
import { SapPlants } from "./erp/sap/options.ts"
import {
  daily,
  isSomebody,
  recurring,
  secretUrl,
  setting,
  timeOfDay,
  urlOf,
  WrongSetting,
  whole,
  wholeNumber
} from "./setting.ts"

const decodeSapPlants = Schema.decodeUnknownOption(SapPlants)

const standardPostgres = "postgres://postgres@127.0.0.1:5432/traveler"
const standardBroker = "amqp://guest:guest@127.0.0.1:5672"
const rabbitUrl = secretUrl("amqp", "amqps")

const table = {
  postgresUrl: setting(
    {
      name: "TRAVELER_POSTGRES_URL",
      meaning: "The database: journal, views, cluster. When set, no other Postgres is looked for.",
      expected: "a URL like postgres://user:password@host:5432/traveler",
      byDefault: `what was found or started, else \`${standardPostgres}\``,
      isSecret: true
    },
    Redacted.make(standardPostgres),
    secretUrl("postgres", "postgresql")
  ),
  brokerUrl: setting<Redacted.Redacted | "memory">(
    {
      name: "TRAVELER_BROKER_URL",
      meaning:
        "RabbitMQ. When set, no other is looked for. `memory` is a broker inside the process, for `demo` and `simulate`.",
      expected: "a URL like amqp://user:password@host:5672, or `memory`",
      byDefault: `what was found or started, else \`${standardBroker}\``,
      isSecret: true
    },
    Redacted.make(standardBroker),
    (text) => (text === "memory" ? "memory" : rabbitUrl(text))
  ),
  erpUrl: setting<Option.Option<string>>(
    {
      name: "TRAVELER_ERP_URL",
      meaning: "Where the ERP answers.",
      expected: "a URL like https://erp.example.com",
      byDefault: "the core starts its own sandbox ERP on a free port"
    },
    Option.none(),
    (text) => {
      const url = urlOf("http", "https")(text)
      return url === undefined ? undefined : Option.some(url)
    }
  ),
  trytonUrl: setting<Option.Option<Redacted.Redacted>>(
    {
      name: "TRAVELER_TRYTON_URL",
      meaning: "Where Tryton answers, which is the ERP then: its documents are taken together.",
      expected: "a URL like http://user:password@host:8000/database",
      byDefault: "the ERP is the sandbox",
      isSecret: true
    },
    Option.none(),
    (text) => {
      const url = URL.parse(urlOf("http", "https")(text) ?? "")
      const isWhole = url !== null && isSomebody(url) && url.pathname.length > 1
      return isWhole ? Option.some(Redacted.make(text)) : undefined
    }
  ),
  sapUrl: setting<Option.Option<Redacted.Redacted>>(
    {
      name: "TRAVELER_SAP_URL",
      meaning: "Where SAP S/4HANA answers, which is the ERP then, with `TRAVELER_SAP_PLANTS` ([SAP](sap.md)).",
      expected: "a URL like https://user:password@host:44300?sap-client=100",
      byDefault: "the ERP is the sandbox",
      isSecret: true
    },
    Option.none(),
    (text) => {
      const url = URL.parse(urlOf("http", "https")(text) ?? "")
      const client = url?.searchParams.get("sap-client") ?? ""
      const isWhole = url !== null && isSomebody(url) && /^\d{3}$/.test(client)
      return isWhole ? Option.some(Redacted.make(text)) : undefined
    }
  ),
  sapPlants: setting<typeof SapPlants.Type>(
    {
      name: "TRAVELER_SAP_PLANTS",
      meaning: "Which plant is which in SAP ([SAP](sap.md)).",
      expected: 'JSON like {"berlin":{"plant":"1010","storageLocation":"101A"}}',
      byDefault: "none"
    },
    new Map(),
    (text) => Option.getOrUndefined(decodeSapPlants(text))
  ),
  orderPostings: setting<OrderPostings>(
    {
      name: "TRAVELER_ORDER_POSTINGS",
      meaning:
        "How an order's reports go to the ERP. `each`: every report as a document of its own, at once. `together`: what all of them come to as one document, once the order is technically complete. `15min`: the same, but whenever the oldest has waited so long, too. Every runner and command must have the same.",
      expected: "`each`, `together`, or minutes like `15min`",
      byDefault: "`each`"
    },
    "each",
    (text) => {
      if (text === "each" || text === "together") return text
      const [, minutes] = /^([1-9]\d{0,3})min$/.exec(text) ?? []
      return minutes === undefined ? undefined : { windowMillis: Number(minutes) * 60_000 }
    }
  ),
  syncAt: setting<Option.Option<Cron.Cron>>(
    {
      name: "TRAVELER_SYNC_AT",
      meaning:
        "When all master data of each plant is held against the ERP's, every day ([master data](master-data.md)). UTC.",
      expected: "a time like `02:00`, or `off`",
      byDefault: "`02:00`"
    },
    Option.some(daily(2, 0)),
    timeOfDay
  ),
  reconcileAt: setting<Option.Option<Cron.Cron>>(
    {
      name: "TRAVELER_RECONCILE_AT",
      meaning: "When MES, journal and ERP are held against each other, every day ([reconcile](reconcile.md)). UTC.",
      expected: "a time like `02:00`, or `off`",
      byDefault: "`02:00`"
    },
    Option.some(daily(2, 0)),
    timeOfDay
  ),
  mockRecallAt: setting<Option.Option<Cron.Cron>>(
    {
      name: "TRAVELER_MOCK_RECALL_AT",
      meaning: "When the core practises a recall by itself and records it ([recall](recall.md)). UTC.",
      expected: "a cron expression like `0 5 1 * *` (minute, hour, day, month, weekday), or `off`",
      byDefault: "`off`"
    },
    Option.none(),
    recurring
  ),
  files: setting<Option.Option<string>>(
    {
      name: "TRAVELER_FILES",
      meaning:
        "The folder by which files are exchanged, with one of its own for each plant ([files](files.md)). Every runner that has it must have the same, on a disk that all of them see.",
      expected: "the path of a folder, from the root",
      byDefault: "no files are read"
    },
    Option.none(),
    (text) => (isAbsolute(text) ? Option.some(text) : undefined)
  ),
  auditKey: setting<Option.Option<string>>(
    {
      name: "TRAVELER_AUDIT_KEY",
      meaning: "The file with the key that signs checkpoints of the journal ([audit](audit.md)).",
      expected: "the path of a file, from the root",
      byDefault: "no checkpoints are made by themselves"
    },
    Option.none(),
    (text) => (isAbsolute(text) ? Option.some(text) : undefined)
  ),
  auditPublish: setting<Option.Option<string>>(
    {
      name: "TRAVELER_AUDIT_PUBLISH",
      meaning:
        "The second place, to which checkpoints go: a folder, best one of another machine, or an address that takes files by PUT.",
      expected: "the path of a folder, from the root, or a URL like https://example.com/checkpoints",
      byDefault: "no checkpoints are made by themselves"
    },
    Option.none(),
    (text) => (isAbsolute(text) || urlOf("http", "https")(text) !== undefined ? Option.some(text) : undefined)
  ),
  auditAt: setting<Option.Option<Cron.Cron>>(
    {
      name: "TRAVELER_AUDIT_AT",
      meaning: "When a checkpoint is made and published, every day, where there is a key and a place for it. UTC.",
      expected: "a time like `02:00`, or `off`",
      byDefault: "`03:00`"
    },
    Option.some(daily(3, 0)),
    timeOfDay
  ),
  closedPeriod: setting<ClosedPeriod>(
    {
      name: "TRAVELER_CLOSED_PERIOD",
      meaning:
        "What becomes of a document whose posting date is in a period that the ERP has closed. `case`: a supervisor is asked. `wait`: it is tried again for about a week, then a supervisor is asked. `nextOpenPeriod`: it is posted on the first day of the next open period ([postings](postings.md)).",
      expected: "`case`, `wait` or `nextOpenPeriod`",
      byDefault: "`case`"
    },
    "case",
    (text) => (text === "case" || text === "wait" || text === "nextOpenPeriod" ? text : undefined)
  ),
  erpRate: setting<Option.Option<number>>(
    {
      name: "TRAVELER_ERP_RATE",
      meaning: "So many documents are sent to the ERP in a second at most.",
      expected: "a whole number from 1 to 10000",
      byDefault: "no limit"
    },
    Option.none(),
    (text) => {
      const rate = whole(1, 10_000)(text)
      return rate === undefined ? undefined : Option.some(rate)
    }
  ),
  otlpEndpoint: setting(
    {
      name: "OTEL_EXPORTER_OTLP_ENDPOINT",
      meaning: "Where traces go, over OTLP/HTTP: Jaeger or any collector.",
      expected: "a URL like http://127.0.0.1:4318",
      byDefault: "`http://127.0.0.1:4318`"
    },
    "http://127.0.0.1:4318",
    urlOf("http", "https")
  ),
  jaegerUrl: setting(
    {
      name: "TRAVELER_JAEGER_URL",
      meaning:
        "Where Jaeger's page is for those who read what a command prints: links to traces begin so ([traces](traces.md)).",
      expected: "a URL like http://127.0.0.1:16686",
      byDefault: "`http://127.0.0.1:16686`"
    },
    "http://127.0.0.1:16686",
    urlOf("http", "https")
  ),
  runnerHost: setting(
    {
      name: "TRAVELER_RUNNER_HOST",
      meaning: "The name or address at which other runners of the cluster reach this one.",
      expected: "a host name or an address, without a port",
      byDefault: "`127.0.0.1`"
    },
    "127.0.0.1",
    (text) => (/^[A-Za-z0-9_.:-]+$/.test(text) && !/^[^:]*:[^:]*$/.test(text) ? text : undefined)
  ),
  runnerPort: wholeNumber({ name: "TRAVELER_RUNNER_PORT", meaning: "The port of that address." }, 34431, 1, 65535),
  partitions: wholeNumber(
    {
      name: "TRAVELER_PARTITIONS",
      meaning: "Partitions of the journal. It counts only when the database is made; after that the database knows."
    },
    64,
    1,
    4096
  ),
  prefetch: wholeNumber(
    {
      name: "TRAVELER_PREFETCH",
      meaning: "Messages that a queue may hand out before the first is acknowledged: it bounds memory."
    },
    8000,
    1,
    65535
  ),
  negativeStock: setting<"case" | "allowed">(
    {
      name: "TRAVELER_NEGATIVE_STOCK",
      meaning:
        "Whether more may leave a lot than had come into it. `case`: a supervisor is asked, and ERP documents wait meanwhile. Every runner must have the same.",
      expected: "`case` or `allowed`",
      byDefault: "`case`"
    },
    "case",
    (text) => (text === "case" || text === "allowed" ? text : undefined)
  ),
  residentActors: wholeNumber(
    {
      name: "TRAVELER_RESIDENT_ACTORS",
      meaning: "Actors kept in memory; beyond that the idlest are put away and read again when they are needed."
    },
    20000,
    1,
    10_000_000
  )
}

/** The environment first, then what `findServices` wrote down. An empty variable is one that isn't set. */
export const provider = (
  environment: Readonly<Record<string, string | undefined>> = process.env,
  file = servicesFile
) =>
  ConfigProvider.fromEnvRecord({ ...environment }).pipe(
    ConfigProvider.orElse(
      ConfigProvider.fromEnvRecord({
        TRAVELER_POSTGRES_URL: readText(file, "postgresUrl"),
        TRAVELER_BROKER_URL: readText(file, "brokerUrl")
      })
    )
  )

/** One database has one ERP, and SAP has no plant that isn't named. */
const fitTogether = <
  Of extends { readonly trytonUrl: Option.Option<unknown>; readonly sapUrl: Option.Option<unknown> }
>(
  settings: Of & { readonly sapPlants: typeof SapPlants.Type }
) => {
  const { sapPlants, sapUrl, trytonUrl } = settings
  if (Option.isNone(sapUrl)) return Effect.void
  return Option.isSome(trytonUrl)
    ? Effect.fail(new WrongSetting({ name: "TRAVELER_SAP_URL", expected: "nothing beside TRAVELER_TRYTON_URL" }))
    : sapPlants.size > 0
      ? Effect.void
      : Effect.fail(
          new WrongSetting({
            name: "TRAVELER_SAP_PLANTS",
            expected: "the plants of the SAP that TRAVELER_SAP_URL names"
          })
        )
}

/** All settings, from the provider at hand. */
export const readSettings = Effect.all({
  postgresUrl: table.postgresUrl.read,
  brokerUrl: table.brokerUrl.read,
  erpUrl: table.erpUrl.read,
  trytonUrl: table.trytonUrl.read,
  sapUrl: table.sapUrl.read,
  sapPlants: table.sapPlants.read,
  orderPostings: table.orderPostings.read,
  syncAt: table.syncAt.read,
  files: table.files.read,
  auditKey: table.auditKey.read,
  auditPublish: table.auditPublish.read,
  auditAt: table.auditAt.read,
  closedPeriod: table.closedPeriod.read,
  erpRate: table.erpRate.read,
  otlpEndpoint: table.otlpEndpoint.read,
  jaegerUrl: table.jaegerUrl.read,
  runnerHost: table.runnerHost.read,
  runnerPort: table.runnerPort.read,
  partitions: table.partitions.read,
  prefetch: table.prefetch.read,
  residentActors: table.residentActors.read,
  negativeStock: table.negativeStock.read,
  reconcileAt: table.reconcileAt.read,
  mockRecallAt: table.mockRecallAt.read
}).pipe(Effect.tap(fitTogether))

/** All settings, from this process's environment and what was found, read when it is run. */
export const settings = Effect.suspend(() =>
  readSettings.pipe(Effect.provideService(ConfigProvider.ConfigProvider, provider()))
)

export type Settings = Effect.Success<typeof settings>

/** The table as docs/configuration.md shows it. */
export const settingsAsMarkdown = (): string =>
  [
    "| variable | default | meaning | expected |",
    "|---|---|---|---|",
    ...Object.values(table).map(
      ({ row }) => `| \`${row.name}\` | ${row.byDefault} | ${row.meaning} | ${row.expected} |`
    )
  ].join("\n")
