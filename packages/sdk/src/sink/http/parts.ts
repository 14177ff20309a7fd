/**
 * A batch in several requests, as a receiver's limits ask, answered for as one.
 *
 * Parts go one after the other, in order. A part that may be taken later stops those behind it: they are told as not sent,
 * to be tried again with it, so order holds and nothing is sent twice. A part that is refused for good stops nothing.
 */
import { type Reject, readFailure, SinkError } from '../errors.ts'

/** What one record costs in a request. */
export interface Weight {
  /** Bytes or characters, separators included. */
  size: number
  /** What else is limited: entries, blocks. @default 1 */
  units?: number
}

export interface Limits {
  maxSize: number
  /** @default no limit */
  maxUnits?: number
}

export interface Split {
  /** Indices of the batch, by request. */
  parts: number[][]
  /** Indices of what no request can hold. */
  tooLarge: number[]
}

export const splitBatch = (weights: readonly Weight[], limits: Limits): Split => {
  const { maxSize, maxUnits = Number.POSITIVE_INFINITY } = limits
  const parts: number[][] = []
  const tooLarge: number[] = []
  let part: number[] = []
  let sizes = 0
  let counted = 0
  weights.forEach(({ size, units = 1 }, index) => {
    if (size > maxSize || units > maxUnits) {
      tooLarge.push(index)
      return
    }
    if (part.length === 0 || sizes + size > maxSize || counted + units > maxUnits) {
      part = []
      sizes = 0
      counted = 0
      parts.push(part)
    }
    part.push(index)
    sizes += size
    counted += units
  })
  return { parts, tooLarge }
}

/**
 * Sends the parts of a batch.
 * @param to who is spoken to, for errors
 * @param send one request; throws as a sink does, with indices of the part
 * @throws SinkError for the whole batch: that of the only part, or with `rejects` by index of the batch
 */
export const sendParts = async (
  to: string,
  { parts, tooLarge }: Split,
  send: (part: readonly number[]) => Promise<void>,
): Promise<void> => {
  const rejects: Reject[] = tooLarge.map((index) => ({
    index,
    reason: 'larger than a request may be',
    retryable: false,
  }))
  let first: SinkError | undefined
  let rejectedCount = 0
  let retryAfterMs: number | undefined
  let stopped = false
  for (const part of parts) {
    const add = (at: number, reason: string, retryable: boolean): void => {
      rejects.push({ index: part[at] ?? at, reason, retryable })
    }
    if (stopped) {
      for (let at = 0; at < part.length; at++) add(at, 'not sent: what is before it has to go first', true)
      continue
    }
    try {
      await send(part)
    } catch (error) {
      const failure =
        error instanceof SinkError ? error : new SinkError(`${to}: could not be sent`, { cause: error })
      if (parts.length === 1 && tooLarge.length === 0) throw failure
      const { again, refused, unnamed } = readFailure(failure, part.length)
      const reasons = new Map(failure.rejects?.map(({ index, reason }) => [index, reason]))
      for (const at of refused) add(at, reasons.get(at) ?? failure.message, false)
      for (const at of again) add(at, reasons.get(at) ?? failure.message, true)
      rejectedCount += unnamed
      first ??= failure
      if (again.length === 0) continue
      retryAfterMs = failure.retryAfterMs
      stopped = true
    }
  }
  if (rejects.length + rejectedCount === 0) return
  const why = first?.message ?? `${to}: larger than a request may be`
  throw new SinkError(`${why} (${rejects.length + rejectedCount} records of the batch not taken)`, {
    retryable: stopped,
    rejects,
    ...(rejectedCount === 0 ? {} : { rejectedCount }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(first === undefined ? {} : { cause: first }),
  })
}
