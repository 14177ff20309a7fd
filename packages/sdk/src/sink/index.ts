/** What takes batches of records, and the queue in front of it. */
export { createDelivery } from './delivery.ts'
export { type Reject, SinkError, type SinkErrorDetails } from './errors.ts'
export type * from './types.ts'
