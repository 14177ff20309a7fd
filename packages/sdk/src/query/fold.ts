/** Case folding: the one way texts are made comparable, at ingest and in evaluation, so that both always agree. */

const NOT_ASCII = /[^\x00-\x7f]/

/**
 * NFKC, then lower case: full-width forms, ligatures and compatibility characters become the plain ones. `ß` stays `ß`
 * (it is no case of `ss`), `İ` becomes `i` with a combining dot, as JavaScript lowers it. Independent of the locale.
 * @example fold('ＥＲＲＯＲ') // 'error'
 */
export const fold = (text: string): string =>
  // ASCII is what NFKC leaves alone, and most text there is.
  (NOT_ASCII.test(text) ? text.normalize('NFKC') : text).toLowerCase()
