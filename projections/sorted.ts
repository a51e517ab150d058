// Rows in the order of their keys, so that two writers lock them in the same order. Used by every projection.

export const byText = <Row>(rows: ReadonlyArray<Row>, key: (row: Row) => string): ReadonlyArray<Row> => {
  const keyed = rows.map((row) => ({ key: key(row), row }))
  keyed.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
  return keyed.map(({ row }) => row)
}
