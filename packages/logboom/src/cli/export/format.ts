/** The names of the formats, for the options: the formats themselves are loaded when one is written. */
export const FORMATS = ['ndjson', 'csv', 'otlp'] as const
export type Format = (typeof FORMATS)[number]
