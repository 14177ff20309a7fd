/** The hub's metrics in the Prometheus text format. */
export { CONTENT_TYPE } from './exposition.ts'
export { createMetrics, type TailCounts } from './metrics.ts'
export type { HubState, Live } from './types.ts'
