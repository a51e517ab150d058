// The bench's table of contents: name, what it tells, where it is. Used by `main.ts`.

/** Loaded only when it runs: the database and the broker must be known by then. */
export const scenarios = {
  throughput: {
    tells: "order messages a second from a filled queue to the journal, beside limits and peers",
    load: async () => (await import("./throughput.ts")).throughput
  }
} as const
