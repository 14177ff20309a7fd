/**
 * The Prometheus text format, version 0.0.4: families in order, each with HELP and TYPE, one sample a line.
 *
 *     # HELP name text            \ and line feeds escaped
 *     # TYPE name counter
 *     name{label="value"} 1       in values \, " and line feeds escaped
 */

export type Labels = Readonly<Record<string, string>>

export interface Sample {
  labels: Labels
  value: number
}

export interface Family {
  name: string
  help: string
  type: 'counter' | 'gauge'
  samples: readonly Sample[]
}

export interface HistogramSample {
  labels: Labels
  /** Observations in each bucket, not yet added up; one more than there are bounds: those beyond the last. */
  counts: readonly number[]
  sum: number
}

export interface HistogramFamily {
  name: string
  help: string
  type: 'histogram'
  /** Upper bounds, ascending, without infinity. */
  bounds: readonly number[]
  samples: readonly HistogramSample[]
}

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

const escapeValue = (text: string): string => escapeHelp(text).replaceAll('"', '\\"')

const formatNumber = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)

const sample = (name: string, labels: Labels, value: number): string => {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeValue(text)}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${formatNumber(value)}\n`
}

const histogramSamples = (family: HistogramFamily, { labels, counts, sum }: HistogramSample): string => {
  let total = 0
  let text = ''
  for (const [index, bound] of [...family.bounds, Number.POSITIVE_INFINITY].entries()) {
    total += counts[index] ?? 0
    text += sample(`${family.name}_bucket`, { ...labels, le: formatNumber(bound) }, total)
  }
  return text + sample(`${family.name}_sum`, labels, sum) + sample(`${family.name}_count`, labels, total)
}

/** The families as text; one without samples is left out. */
export const renderFamilies = (families: readonly (Family | HistogramFamily)[]): string =>
  families
    .filter(({ samples }) => samples.length > 0)
    .map((family) => {
      const head = `# HELP ${family.name} ${escapeHelp(family.help)}\n# TYPE ${family.name} ${family.type}\n`
      const lines =
        family.type === 'histogram'
          ? family.samples.map((one) => histogramSamples(family, one))
          : family.samples.map(({ labels, value }) => sample(family.name, labels, value))
      return head + lines.join('')
    })
    .join('')
