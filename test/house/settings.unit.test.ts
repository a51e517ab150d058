// The settings: what is set wins, then what was found, then the default; a wrong value is named with what was expected.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { ConfigProvider, Cron, Effect, Option, Redacted } from "effect"
import { describe, expect, it } from "vitest"
import { provider, readSettings, type Settings } from "../../adapters/config.ts"
import type { WrongSetting } from "../../adapters/setting.ts"
import { keep } from "../../scripts/services/record.ts"
import { configurationFile, configurationPage } from "../../scripts/write-configuration.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const nothingFound = "/nonexistent/services.json"

const settingsOf = (environment: Record<string, string>, file = nothingFound) =>
  readSettings.pipe(Effect.provideService(ConfigProvider.ConfigProvider, provider(environment, file)))

const right = (environment: Record<string, string>, file?: string): Settings =>
  Effect.runSync(settingsOf(environment, file))

const wrong = (environment: Record<string, string>): WrongSetting =>
  Effect.runSync(Effect.flip(settingsOf(environment)))

const textOf = (broker: Settings["brokerUrl"]): string => (broker === "memory" ? broker : Redacted.value(broker))

describe("without any setting", () => {
  it("has the defaults of the table", () => {
    const settings = right({})
    expect(Redacted.value(settings.postgresUrl)).toBe("postgres://postgres@127.0.0.1:5432/traveler")
    expect(textOf(settings.brokerUrl)).toBe("amqp://guest:guest@127.0.0.1:5672")
    expect(settings).toMatchObject({
      erpUrl: Option.none(),
      otlpEndpoint: "http://127.0.0.1:4318",
      runnerHost: "127.0.0.1",
      runnerPort: 34431,
      partitions: 64,
      prefetch: 8000,
      residentActors: 20000,
      negativeStock: "case",
      trytonUrl: Option.none(),
      orderPostings: "each",
      closedPeriod: "case",
      erpRate: Option.none()
    })
  })

  it("takes the services that were found", () => {
    const file = join(temporaryFolder(), "services.json")
    keep(file, { postgresUrl: "postgres://a:b@127.0.0.1:5499/traveler", brokerUrl: "memory" })
    const settings = right({ TRAVELER_POSTGRES_URL: "" }, file)
    expect(Redacted.value(settings.postgresUrl)).toBe("postgres://a:b@127.0.0.1:5499/traveler")
    expect(settings.brokerUrl).toBe("memory")
  })

  it("lets the environment win over what was found", () => {
    const file = join(temporaryFolder(), "services.json")
    keep(file, { postgresUrl: "postgres://found@127.0.0.1/traveler", brokerUrl: "memory" })
    const settings = right({ TRAVELER_BROKER_URL: "amqps://u:p@broker.example.com" }, file)
    expect(Redacted.value(settings.postgresUrl)).toBe("postgres://found@127.0.0.1/traveler")
    expect(textOf(settings.brokerUrl)).toBe("amqps://u:p@broker.example.com")
  })
})

it.each([
  ["each", "each"],
  ["together", "together"],
  ["15min", { windowMillis: 900_000 }]
])("an order's reports go to the ERP %s", (text, orderPostings) => {
  expect(right({ TRAVELER_ORDER_POSTINGS: text })).toMatchObject({ orderPostings })
})

it.each([
  ["off", undefined],
  ["23:45", "2026-11-30T23:45:00.000Z"],
  ["", "2026-11-30T02:00:00.000Z"]
])("master data is synchronized, and all is reconciled, at %j", (text, first) => {
  const { reconcileAt, syncAt } = right({ TRAVELER_SYNC_AT: text, TRAVELER_RECONCILE_AT: text })
  for (const at of [syncAt, reconcileAt]) {
    const next = Option.map(at, (cron) => Cron.next(cron, new Date("2026-11-30T00:30:00Z")).toISOString())
    expect(Option.getOrUndefined(next)).toBe(first)
  }
})

it("a document's closed period and the ERP's rate are as they are set", () => {
  expect(right({ TRAVELER_CLOSED_PERIOD: "nextOpenPeriod", TRAVELER_ERP_RATE: "40" })).toMatchObject({
    closedPeriod: "nextOpenPeriod",
    erpRate: Option.some(40)
  })
})

describe("a wrong value", () => {
  it.each([
    ["TRAVELER_PREFETCH", "many", "a whole number from 1 to 65535"],
    ["TRAVELER_PREFETCH", "0", "a whole number from 1 to 65535"],
    ["TRAVELER_NEGATIVE_STOCK", "yes", "`case` or `allowed`"],
    ["TRAVELER_SAP_PLANTS", "berlin", 'JSON like {"berlin":{"plant":"1010","storageLocation":"101A"}}'],
    ["TRAVELER_RECONCILE_AT", "24:00", "a time like `02:00`, or `off`"],
    ["TRAVELER_ORDER_POSTINGS", "0min", "`each`, `together`, or minutes like `15min`"],
    ["TRAVELER_CLOSED_PERIOD", "later", "`case`, `wait` or `nextOpenPeriod`"],
    ["TRAVELER_ERP_RATE", "0", "a whole number from 1 to 10000"],
    ["TRAVELER_PARTITIONS", "6.4", "a whole number from 1 to 4096"],
    ["TRAVELER_RUNNER_PORT", "70000", "a whole number from 1 to 65535"],
    ["TRAVELER_RESIDENT_ACTORS", "-1", "a whole number from 1 to 10000000"],
    ["TRAVELER_RUNNER_HOST", "host:34431", "a host name or an address, without a port"],
    ["TRAVELER_ERP_URL", "erp.example.com", "a URL like https://erp.example.com"],
    ["TRAVELER_SYNC_AT", "24:00", "a time like `02:00`, or `off`"],
    ["TRAVELER_FILES", "exchange", "the path of a folder, from the root"],
    ["TRAVELER_AUDIT_KEY", "key", "the path of a file, from the root"],
    [
      "TRAVELER_AUDIT_PUBLISH",
      "ftp://host/checkpoints",
      "the path of a folder, from the root, or a URL like https://example.com/checkpoints"
    ],
    ["TRAVELER_AUDIT_AT", "3", "a time like `02:00`, or `off`"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://127.0.0.1:4317", "a URL like http://127.0.0.1:4318"]
  ])("%s=%s is named, with what was expected", (name, value, expected) => {
    expect(wrong({ [name]: value }).message).toBe(`${name} is \`${value}\`: expected ${expected}`)
  })

  it.each([
    ["TRAVELER_POSTGRES_URL", "mysql://root:hunter2@host/db"],
    ["TRAVELER_BROKER_URL", "http://root:hunter2@host"],
    ["TRAVELER_TRYTON_URL", "http://root:hunter2@host:8000"],
    ["TRAVELER_SAP_URL", "https://root:hunter2@host:44300"]
  ])("%s is named without the secret that it holds", (name, value) => {
    const { message } = wrong({ [name]: value })
    expect(message).toContain(`${name} is wrong: expected a URL like`)
    expect(message).not.toContain("hunter2")
  })
})

describe("the ERP", () => {
  const sap = { TRAVELER_SAP_URL: "https://u:p@sap.example.com?sap-client=100" }
  const plants = { TRAVELER_SAP_PLANTS: '{"berlin":{"plant":"1010","storageLocation":"101A"}}' }

  it("is SAP by its address and its plants", () => {
    expect(right({ ...sap, ...plants }).sapPlants.size).toBe(1)
    expect(wrong(sap).message).toContain("TRAVELER_SAP_PLANTS is wrong: expected the plants of the SAP")
  })

  it("is one", () => {
    const tryton = { TRAVELER_TRYTON_URL: "http://u:p@127.0.0.1:8000/traveler" }
    expect(wrong({ ...sap, ...plants, ...tryton }).message).toContain("nothing beside TRAVELER_TRYTON_URL")
  })

  it("has a password that can be decoded", () => {
    expect(wrong({ TRAVELER_SAP_URL: "https://u:100%25%@sap.example.com?sap-client=100" }).name).toBe(
      "TRAVELER_SAP_URL"
    )
  })
})

describe("secrets", () => {
  it("don't show when settings are printed", () => {
    const url = "postgres://u:hunter2@host/traveler"
    expect(JSON.stringify(right({ TRAVELER_POSTGRES_URL: url }))).not.toContain("hunter2")
    expect(String(right({ TRAVELER_POSTGRES_URL: url }).postgresUrl)).not.toContain("hunter2")
  })
})

describe("docs/configuration.md", () => {
  it("is the table (npm run docs)", () => {
    expect(readFileSync(configurationFile, "utf8")).toBe(configurationPage())
  })
})
