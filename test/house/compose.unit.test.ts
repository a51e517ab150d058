// compose.yaml and Jaeger's files: they parse, images are pinned, nothing is open to the network, links search by tag.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { parse } from "yaml"
import { root } from "../../scripts/places.mjs"

const read = (path: string): string => readFileSync(join(root, path), "utf8")

const Compose = Schema.Struct({
  services: Schema.Record(
    Schema.String,
    Schema.Struct({ image: Schema.String, ports: Schema.Array(Schema.String), volumes: Schema.Array(Schema.String) })
  ),
  volumes: Schema.Record(Schema.String, Schema.Null)
})

const Page = Schema.Struct({
  search: Schema.Struct({ maxLookback: Schema.Struct({ value: Schema.String }), maxLimit: Schema.Int }),
  linkPatterns: Schema.Array(
    Schema.Struct({ type: Schema.String, key: Schema.String, url: Schema.String, text: Schema.String })
  )
})

const Jaeger = Schema.Struct({
  service: Schema.Struct({
    pipelines: Schema.Struct({ traces: Schema.Struct({ exporters: Schema.Array(Schema.String) }) })
  }),
  extensions: Schema.Struct({
    jaeger_query: Schema.Struct({ ui: Schema.Struct({ config_file: Schema.String }) })
  })
})

const compose = Schema.decodeUnknownSync(Compose)(parse(read("compose.yaml")))
const page = Schema.decodeUnknownSync(Page)(JSON.parse(read("jaeger/ui.json")))
const jaeger = Schema.decodeUnknownSync(Jaeger)(parse(read("jaeger/config.yaml")))

describe("compose.yaml", () => {
  it("brings Postgres, RabbitMQ and Jaeger, each pinned to a version", () => {
    expect(Object.keys(compose.services)).toEqual(["postgres", "rabbitmq", "jaeger"])
    for (const { image } of Object.values(compose.services)) expect(image).toMatch(/:\d+\.\d+/)
  })

  it("opens its ports to this machine alone", () => {
    for (const port of Object.values(compose.services).flatMap(({ ports }) => ports))
      expect(port).toMatch(/^127\.0\.0\.1:/)
  })

  it("names every volume that it mounts", () => {
    const mounted = Object.values(compose.services).flatMap(({ volumes }) =>
      volumes.map((volume) => volume.split(":")[0])
    )
    expect(mounted.filter((source) => !source?.startsWith("."))).toEqual(Object.keys(compose.volumes))
  })
})

describe("Jaeger's page", () => {
  it("is read from the file that compose mounts", () => {
    expect(jaeger.extensions.jaeger_query.ui.config_file).toBe("/etc/jaeger/ui.json")
    expect(compose.services.jaeger?.volumes).toContain("./jaeger:/etc/jaeger:ro")
  })

  it("looks back 90 days", () => {
    expect(page.search.maxLookback.value).toBe("90d")
  })

  it.each(["traveler.lot.id", "traveler.order.id"])(
    "makes %s a link to the search by it, on spans and on events",
    (key) => {
      const links = page.linkPatterns.filter((pattern) => pattern.key === key)
      expect(links.map(({ type }) => type)).toEqual(["tags", "logs"])
      for (const { url } of links) {
        // As the page fills a pattern in: every value is encoded, `add` reckons with numbers.
        const filled = url
          .replaceAll(`#{${key}}`, encodeURIComponent("L 1/2"))
          .replace(/#\{trace\.startTime \| add (-?\d+)\}/g, (_, offset: string) => String(8e12 + Number(offset)))
        const search = new URL(filled, "http://127.0.0.1:16686")
        expect(search.pathname).toBe("/search")
        expect(JSON.parse(search.searchParams.get("tags") ?? "")).toEqual({ [key]: "L 1/2" })
        expect(search.searchParams.get("service")).toBe("traveler")
        expect(Number(search.searchParams.get("end")) - Number(search.searchParams.get("start"))).toBe(180 * 86_400e6)
      }
    }
  )
})
