/** What takes batches of records, and the queue in front of it. */
export type * from './types.ts'
