// A list in parts, where so many can be asked for at once. Pure; used inside adapters/erp.

export const inParts = <A>(all: ReadonlyArray<A>, largest: number): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(all.length / largest) }, (_, part) => all.slice(part * largest, (part + 1) * largest))
