/**
 * The merged stream: one record, one line (and the further lines of a long message).
 *
 *     14:02:11.020 ● info      analytics ┌ analyze_data  rows=128
 *     14:02:11.021 ▲ warning   analytics │ analyze_data [core] nulls found  nulls=7
 *     14:02:11.391 ● info      analytics └ analyze_data ok 370 ms
 *
 * Columns: time, level (shape and word), server, the mark of its call and the call's name, source and logger in
 * brackets (a protocol message says only its logger), the message, its fields. A day's first record comes under a
 * line that names the day, unless the stamps are ISO.
 */
import type { LogRecord } from '@logboom/sdk/record'
import { createPen, LEVEL_CELLS, levelText, type RenderOptions, recordBody } from './record.ts'
import { visible } from './text.ts'
import { displayWidth, pad } from './width.ts'

const SERVER_MIN = 8
const SERVER_MAX = 20

/**
 * A function that prints one record of a merged stream, in the order of the stream. Pure but for two things it
 * remembers: the widest server so far and the day it is in.
 * @example for await (const record of store.records({})) output.write(`${render(record)}\n`)
 */
export const createStreamRenderer = (options: RenderOptions): ((record: LogRecord) => string) => {
  const pen = createPen(options)
  const { theme, clock } = pen
  const fit = (width: number, name: string): number =>
    Math.max(width, Math.min(SERVER_MAX, displayWidth(visible(name))))
  let serverWidth = (options.servers ?? []).reduce(fit, SERVER_MIN)
  let today = options.iso === true ? undefined : clock.day((options.now ?? Date.now)())

  return (record) => {
    serverWidth = fit(serverWidth, record.server)
    let above = ''
    if (today !== undefined && clock.day(record.time) !== today) {
      today = clock.day(record.time)
      above = `${theme.dim(`── ${today} ──`)}\n`
    }
    const server = theme.server(record.server, pad(visible(record.server), serverWidth))
    const columns = `${theme.dim(clock.time(record.time))} ${levelText(theme, record)} ${server} `
    const indent = clock.width + 1 + LEVEL_CELLS + 1 + serverWidth + 1
    return above + columns + recordBody(record, pen, indent, true)
  }
}
