// Exact quantities as whole numbers of thousandths, for whoever makes them up or adds them up. Pure.

export const units = (count: number): number => count * 1_000

/** As Traveler writes a decimal: no trailing zeros, no `-0`. */
export const decimalText = (thousandths: number): string => {
  const digits = String(Math.abs(thousandths)).padStart(4, "0")
  const text = `${digits.slice(0, -3)}.${digits.slice(-3)}`.replace(/\.?0+$/, "")
  return thousandths < 0 ? `-${text}` : text
}

export const quantity = (thousandths: number, unit: string) => ({ value: decimalText(thousandths), unit })
