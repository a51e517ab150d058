// What a plant does with a document, as a fragment of queries of the view `postings`.

/**
 * The mode that held for documents of its kind when it happened; of what takes back or replaces one, when that happened. Once an attempt was made it is the ERP's, and a group's
 * documents have been looked at one by one.
 */
export const modeOf = (posting: string): string => `
  case when ${posting}.attempts > 0 or ${posting}.kind = 'group' then 'on' else coalesce((
    select held.mode from plants.posting_mode as held
    where held.plant = ${posting}.plant and held."from" <= ${posting}.mode_at and held.kind = case
      when ${posting}.kind <> 'reversal' then ${posting}.kind
      when ${posting}.content -> 'amounts' is null then 'goodsMovement' else 'confirmation' end
    order by held."from" desc limit 1), 'on') end`
