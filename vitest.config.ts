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
    // A worker loads Effect and our own modules once, not for each file: that is half of a unit run's processor time. So a
    // file leaves nothing behind in a module, the environment or the clock.
    isolate: false,
    projects: [level("unit", 10_000), level("service", 60_000), ...(mode === "full" ? [level("full", 1_800_000)] : [])]
  }
}))
