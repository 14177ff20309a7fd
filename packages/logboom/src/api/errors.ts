/** Errors as the API answers them: `{"error":{"code","message","hint"?,"column"?}}` with a status. */
import { type ErrorCode, type ErrorDetails, LogboomError } from '@logboom/sdk/errors'

export type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 500 | 503 | 504

/** Where an error was made for a certain answer; otherwise its code decides. */
const chosen = new WeakMap<LogboomError, ErrorStatus>()

const BY_CODE: Partial<Record<ErrorCode, ErrorStatus>> = {
  LB_QUERY_SYNTAX: 400,
  LB_API_REQUEST: 400,
  LB_API_FORBIDDEN: 403,
  LB_QUERY_LIMIT: 504,
}

/** An error that is answered with this status. */
export const apiError = (
  status: ErrorStatus,
  code: ErrorCode,
  message: string,
  details: ErrorDetails = {},
): LogboomError => {
  const error = new LogboomError(code, message, details)
  chosen.set(error, status)
  return error
}

/** A request that cannot be answered as it stands. */
export const badRequest = (message: string, hint?: string): LogboomError =>
  apiError(400, 'LB_API_REQUEST', message, hint === undefined ? {} : { hint })

export const notFound = (message: string, hint?: string): LogboomError =>
  apiError(404, 'LB_API_REQUEST', message, hint === undefined ? {} : { hint })

export const statusOf = (error: LogboomError): ErrorStatus => chosen.get(error) ?? BY_CODE[error.code] ?? 500

/** Any thrown value as an error of the catalogue; what nobody expected is told without its inside. */
export const asApiError = (error: unknown): LogboomError =>
  error instanceof LogboomError
    ? error
    : new LogboomError('LB_INTERNAL', 'Something nobody expected went wrong', {
        hint: 'This is a bug of Logboom; the hub has told more on its stderr. Please report it.',
        cause: error,
      })

/** The body of the answer. */
export const errorBody = (error: LogboomError): string => {
  const { code, message, hint, column } = error
  return JSON.stringify({ error: { code, message, hint, column } })
}
