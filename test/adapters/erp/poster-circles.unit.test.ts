// Documents that wait for each other.
import { expect, it } from "vitest"
import { circles } from "../../../adapters/erp/poster-circles.ts"
import { StreamName } from "../../../core/journal/stream.ts"
import { PostingKey } from "../../../core/plant/identifiers.ts"

/** `a>b`: the first document of stream a waits for one of b. */
const found = (...waits: ReadonlyArray<string>) =>
  circles(
    waits.map((wait) => {
      const [stream = "", waitsFor = ""] = wait.split(">")
      return { key: PostingKey.make(`${stream}/1`), stream: StreamName(stream), waitsFor: StreamName(waitsFor) }
    })
  ).toSorted()

it("one of each circle is found, always the same one; what only waits for a circle isn't in it", () => {
  expect(found()).toEqual([])
  expect(found("a>b", "b>c")).toEqual([])
  expect(found("a>b", "b>a")).toEqual(["a/1"])
  expect(found("b>a", "a>b")).toEqual(["a/1"])
  expect(found("0>b", "c>a", "b>c", "a>b", "a>z", "x>y", "y>x")).toEqual(["a/1", "x/1"])
})
