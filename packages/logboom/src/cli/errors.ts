/**
 * Errors as the user meets them, on stderr: one line that says what is wrong and what to do about it. A query error
 * also shows the query and a caret under the place. With `--json` the same as one object:
 * `{"error":{"code":"LB_QUERY_SYNTAX","message":…,"hint":…,"column":13}}`, where `hint` and `column` may be absent.
 */
import { LogboomError } from '@logboom/sdk/errors'
import { clip, displayWidth, visible } from './render/index.ts'

const DEFAULT_COLUMNS = 100
const MARGIN = '  '

/** Any thrown value as an error of the catalogue: what nobody expected is `LB_INTERNAL`. */
export const asLogboomError = (error: unknown): LogboomError => {
  if (error instanceof LogboomError) return error
  const text = error instanceof Error ? error.message : String(error)
  return new LogboomError('LB_INTERNAL', text, {
    hint: 'This is a bug of Logboom; set LOGBOOM_DEBUG=1 to see where it happened, and please report it.',
    cause: error,
  })
}

/** The input and the caret under its 1-based column (of UTF-16 units), both within the terminal's width. */
const pointAt = (input: string, column: number, columns: number): string => {
  const room = Math.max(20, columns - MARGIN.length - 1)
  let before = visible(input.slice(0, column - 1))
  const after = visible(input.slice(column - 1))
  // A place far to the right stays in sight: what comes before it is cut from the left.
  const most = Math.floor(room * 0.7)
  if (displayWidth(before) > most) {
    const characters = [...before]
    while (displayWidth(characters.join('')) > most - 1)
      characters.splice(0, Math.max(1, characters.length >> 4))
    before = `…${characters.join('')}`
  }
  const at = displayWidth(before)
  return `${MARGIN}${before}${clip(after, room - at)}\n${MARGIN}${' '.repeat(at)}^`
}

const sentence = (text: string): string => (/[.!?:)]$/.test(text) ? text : `${text}.`)

/** What to do: as the error says, and for a query where its language is explained. */
const hintOf = (error: LogboomError): string | undefined =>
  error.hint ??
  (error.code === 'LB_QUERY_SYNTAX' ? "'logboom query --help' shows the language by examples" : undefined)

export interface ErrorTextOptions {
  json?: boolean
  /** Cells of the terminal. */
  columns?: number
}

/**
 * The text for stderr, with its line end.
 * @example process.stderr.write(errorText(error, { json: false }))
 */
export const errorText = (error: LogboomError, options: ErrorTextOptions = {}): string => {
  if (options.json === true) {
    const { code, message, column } = error
    return `${JSON.stringify({ error: { code, message, hint: hintOf(error), column } })}\n`
  }
  const told = hintOf(error)
  const hint = told === undefined ? '' : ` ${sentence(visible(told))}`
  if (error.column === undefined || error.input === undefined) {
    return `logboom: ${sentence(visible(error.message))}${hint}\n`
  }
  const place = pointAt(error.input, error.column, options.columns ?? DEFAULT_COLUMNS)
  return `logboom: ${visible(error.message)} (column ${error.column}).${hint}\n${place}\n`
}
