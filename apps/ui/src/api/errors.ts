/** What the hub says when it does not answer a question. */

/** Why the hub did not answer. `code` is one of docs/errors.md, or `OFFLINE` when nobody was there. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly hint: string | undefined
  /** Where in the query, from 1. */
  readonly column: number | undefined

  constructor(status: number, error: { code: string; message: string; hint?: string; column?: number }) {
    super(error.message)
    this.name = 'ApiError'
    this.status = status
    this.code = error.code
    this.hint = error.hint
    this.column = error.column
  }
}

/** What an answer that is no success says. */
export const problemOf = (status: number, body: unknown): ApiError => {
  const error = (body as { error?: { code?: unknown; message?: unknown } } | undefined)?.error
  return typeof error?.code === 'string' && typeof error.message === 'string'
    ? new ApiError(status, error as { code: string; message: string })
    : new ApiError(status, { code: 'LB_INTERNAL', message: `The hub answered ${status}` })
}
