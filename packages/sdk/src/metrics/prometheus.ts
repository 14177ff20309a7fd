/** Metrics for Prometheus, through `prom-client`, an optional peer. */
import type { Registry } from 'prom-client'
import { LogboomError } from '../errors/index.ts'
import { checkOptions, kinds, optional } from '../errors/options.ts'
import type { Meter } from '../sink/index.ts'
import { createMeter, type Library, type Note } from './count.ts'
import { METRICS, type MetricName } from './definitions.ts'
import type { LabelLimits } from './labels.ts'

type PromClient = Pick<typeof import('prom-client'), 'Counter' | 'Histogram' | 'register'>

export interface PrometheusOptions extends LabelLimits {
  /** The module, where it is not to be imported from here. @default `await import('prom-client')` */
  client?: PromClient | { default: PromClient }
  /** Where the metrics are registered. @default the module's own registry */
  register?: Registry
  /** Put before every name: `shop_` makes `shop_mcp_log_messages_total`. @default '' */
  prefix?: string
}

export interface PrometheusMetrics extends Meter {
  /** The registry that has the metrics; `await register.metrics()` is the page to be scraped. */
  readonly register: Registry
}

interface Made {
  readonly metrics: PrometheusMetrics
  /** The metric that stands for all of them: a registry that was cleared has it no more. */
  readonly sign: unknown
}

/** By registry and prefix: who asks twice, as a module that is loaded again does, gets the same. */
const made = new WeakMap<Registry, Map<string, Made>>()

const isClient = (value: unknown): value is PromClient =>
  typeof value === 'object' &&
  value !== null &&
  ['Counter', 'Histogram', 'register'].every((name) => name in value)

const isRegister = (value: unknown): value is Registry =>
  typeof value === 'object' && value !== null && 'getSingleMetric' in value && 'metrics' in value

const clientOf = (value: unknown): PromClient | undefined => {
  if (isClient(value)) return value
  const inner = (value as { default?: unknown } | undefined)?.default
  return isClient(inner) ? inner : undefined
}

const TABLE = {
  client: optional({ words: 'the module prom-client', holds: (value) => clientOf(value) !== undefined }),
  register: optional({ words: 'a Registry of prom-client', holds: isRegister }),
  prefix: optional({
    words: 'letters, digits, "_" and ":", no digit first',
    holds: (value) => typeof value === 'string' && /^(?:[a-zA-Z_:][\w:]*)?$/.test(value),
  }),
  maxServers: optional(kinds.count),
  maxTools: optional(kinds.count),
}

const load = async (): Promise<unknown> => {
  try {
    return await import('prom-client')
  } catch (cause) {
    throw new LogboomError('LB_SINK_OPTIONS', 'prometheusMetrics: the option "client" is needed', {
      hint: 'prom-client is not installed: npm i prom-client, or give the module.',
      cause,
    })
  }
}

const instrumentsIn = ({ Counter, Histogram }: PromClient, registry: Registry, prefix: string): Library => {
  const common = (name: MetricName) => ({
    name: `${prefix}${name}`,
    help: METRICS[name].help,
    labelNames: METRICS[name].labels,
    registers: [registry],
  })
  const counter = (name: MetricName): Note => {
    const metric = new Counter<string>(common(name))
    return (value, labels) => metric.inc(labels, value)
  }
  const histogram = (name: MetricName, buckets: number[]): Note => {
    const metric = new Histogram<string>({ ...common(name), buckets })
    return (value, labels) => metric.observe(labels, value)
  }
  return { counter, histogram }
}

/**
 * Metrics in a registry of `prom-client`, to be given as `metrics` to `connect`, `connectAll`, `observe` or `withLogging`, to
 * several of them too. Counting is synchronous and in memory; a scrape reads what has been counted, and nothing waits for it. Asked
 * again for the same registry and prefix it returns the same metrics, with the limits of the first time.
 * @throws LogboomError LB_SINK_OPTIONS naming the option; `client` where `prom-client` is not installed, `prefix` where the registry
 * has metrics of these names already
 * @example
 * const metrics = await prometheusMetrics()
 * const all = await connectAll('.mcp.json', { metrics })
 * createServer(async (_, response) => response.end(await metrics.register.metrics())).listen(9464, '127.0.0.1')
 */
export const prometheusMetrics = async (options: PrometheusOptions = {}): Promise<PrometheusMetrics> => {
  checkOptions('prometheusMetrics', options, TABLE)
  const client = clientOf(options.client ?? (await load()))
  if (client === undefined)
    throw new LogboomError('LB_SINK_OPTIONS', 'prometheusMetrics: the option "client" is needed', {
      hint: 'The prom-client that is installed is none this version knows; it has to be 15 or later.',
    })
  const { register: registry = client.register, prefix = '' } = options
  const sign = `${prefix}mcp_log_messages_total`
  const mine = made.get(registry) ?? new Map<string, Made>()
  const before = mine.get(prefix)
  if (before !== undefined && registry.getSingleMetric(sign) === before.sign) return before.metrics
  const names = Object.keys(METRICS).map((name) => `${prefix}${name}`)
  const taken = names.find((name) => registry.getSingleMetric(name) !== undefined)
  if (taken !== undefined)
    throw new LogboomError(
      'LB_SINK_OPTIONS',
      `prometheusMetrics: the registry has a metric ${taken} already`,
      {
        hint: 'Give a "prefix", or another "register".',
      },
    )
  const meter = createMeter(instrumentsIn(client, registry, prefix), options)
  const metrics: PrometheusMetrics = { ...meter, register: registry }
  mine.set(prefix, { metrics, sign: registry.getSingleMetric(sign) })
  made.set(registry, mine)
  return metrics
}
