/** How a sink says what it could not take, so that whoever stands before it knows whether to try again. */

/** One record of a batch that was not taken. */
export interface Reject {
  /** Its index in the batch. */
  index: number
  /** What the receiver said. */
  reason: string
  /** Whether another attempt may succeed. */
  retryable: boolean
}

export interface SinkErrorDetails {
  /**
   * Whether the same batch may be taken later (a time-out, a full disk, 429, 503).
   * @default false
   */
  retryable?: boolean
  /** When the receiver wants to be asked again, in milliseconds from now. */
  retryAfterMs?: number
  /** Only these of the batch were not taken; all others were. */
  rejects?: readonly Reject[]
  /** So many of the batch were not taken and never will be, but nobody says which; all others were taken. */
  rejectedCount?: number
  cause?: unknown
}

/**
 * What a sink throws. Anything else that is thrown counts as: nothing was taken, and trying again is no use.
 * @example throw new SinkError('503 Service Unavailable', { retryable: true, retryAfterMs: 2000 })
 */
export class SinkError extends Error {
  override readonly name = 'SinkError'
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined
  readonly rejects: readonly Reject[] | undefined
  readonly rejectedCount: number | undefined

  constructor(message: string, details: SinkErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.retryable = details.retryable ?? false
    this.retryAfterMs = details.retryAfterMs
    this.rejects = details.rejects
    this.rejectedCount = details.rejectedCount
  }
}

/** What became of the records of one attempt, as indices of the batch. */
export interface Verdict {
  again: number[]
  refused: number[]
  /** Refused besides, nobody knows which; never more than are neither in `again` nor in `refused`. */
  unnamed: number
}

/** Reads what a sink threw for a batch of `size` records. */
export const readFailure = (error: unknown, size: number): Verdict => {
  const all = Array.from({ length: size }, (_, index) => index)
  if (!(error instanceof SinkError)) return { again: [], refused: all, unnamed: 0 }
  const { rejects, rejectedCount, retryable } = error
  if (rejects === undefined && rejectedCount === undefined)
    return retryable ? { again: all, refused: [], unnamed: 0 } : { again: [], refused: all, unnamed: 0 }
  const named = new Map((rejects ?? []).map((reject) => [reject.index, reject.retryable]))
  const again = all.filter((index) => named.get(index) === true)
  const refused = all.filter((index) => named.get(index) === false)
  const rest = size - again.length - refused.length
  return { again, refused, unnamed: Math.max(0, Math.min(rest, Math.trunc(rejectedCount ?? 0) || 0)) }
}
