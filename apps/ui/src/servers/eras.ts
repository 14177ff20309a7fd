/** What a protocol version says: its era, and what of it is deprecated. */

/** The first stateless version; everything before is legacy. */
const MODERN = '2026-07-28'

export type Era = 'legacy' | 'modern'

/** Versions are dates, so they order as text. What is no date has no era. */
export const eraOf = (protocol: string): Era | undefined =>
  /^\d{4}-\d{2}-\d{2}$/.test(protocol) ? (protocol >= MODERN ? 'modern' : 'legacy') : undefined
