// What of a message's body its event holds: all but badge and time, which are in the envelope. Used by the deciders.
export const content = <Body extends { readonly badge?: unknown; readonly occurredAt: unknown }>(body: Body) => {
  const { badge: _badge, occurredAt: _occurredAt, ...rest } = body
  return rest
}
