// The levels of the tests, told by their file names: unit needs no service, service needs Postgres and RabbitMQ,
// full is what `npm test` hasn't the time for (`npm run test:full`, or `vitest --mode full`).
import { defineConfig } from "vitest/config"

const level = (name: string, testTimeout: number) => ({
  extends: true as const,
  test: { name, include: [`test/**/*.${name}.test.ts`], testTimeout, hookTimeout: testTimeout }
})

export default defineConfig(({ mode }) => ({
  test: {
    maxWorkers: 2,
    pool: "forks",
    projects: [level("unit", 10_000), level("service", 60_000), ...(mode === "full" ? [level("full", 1_800_000)] : [])]
  }
}))
