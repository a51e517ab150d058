// Old versions of an event's content, brought to today's on read. Used by `core/journal/recorded.ts` alone.

/** From one version of a type's content to the next. */
export type Upcaster = (data: unknown) => unknown

/** Type → version → how its content becomes the next version's. Empty until a type has a second version. */
const upcasters: { readonly [type: string]: { readonly [version: number]: Upcaster } } = {}

/** `data` of `type`, written as `version`, in today's version. */
export const upcast = (type: string, version: number, data: unknown, table = upcasters): unknown => {
  const steps = table[type]
  if (steps === undefined) return data
  let current = data
  for (let at = version, step = steps[at]; step !== undefined; at++, step = steps[at]) current = step(current)
  return current
}
