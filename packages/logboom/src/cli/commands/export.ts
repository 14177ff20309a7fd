/** `logboom export`: every record that matches, oldest first, in a format for other programs. */
import { LogboomError } from '@logboom/sdk/errors'
import type { Context } from '../context.ts'
import type { Format } from '../export/format.ts'
import { createEncoder, type Encoder } from '../export/formats.ts'
import { openTarget, type Target } from '../export/target.ts'
import { type CommonOptions, recordQuery } from '../options.ts'
import { explainNothing, withStore } from '../reading.ts'
import { count, duration, plural, size } from '../render/index.ts'

export interface ExportOptions extends CommonOptions {
  format?: Format
  output?: string
  force?: boolean
  columns?: readonly string[]
  /** `--no-guard` is false. */
  guard?: boolean
}

/** Characters written at once. */
const CHUNK = 64 * 1024

const STDOUT = '-'

const encoderOf = (options: ExportOptions, context: Context, isFile: boolean): Encoder => {
  const { format = 'ndjson', columns, guard = true } = options
  const forCsv = columns !== undefined ? '--columns' : options.guard === false ? '--no-guard' : undefined
  if (format !== 'csv' && forCsv !== undefined)
    throw new LogboomError('LB_USAGE', `${forCsv} is for CSV`, { hint: 'Add --format csv.' })
  return createEncoder(format, {
    guard,
    isTTY: !isFile && context.out.isTTY,
    ...(columns === undefined ? {} : { columns }),
  })
}

const toOutput = ({ out }: Context): Target => ({
  write: out.write,
  finish: async () => {},
  discard: async () => {},
})

export const run = async (
  words: readonly string[],
  options: ExportOptions,
  context: Context,
): Promise<void> => {
  const query = recordQuery(words, options, context)
  const file = options.output === STDOUT ? undefined : options.output
  if (file === undefined && options.force === true)
    throw new LogboomError('LB_USAGE', '--force goes with --output FILE', { hint: 'Leave it out.' })
  const encoder = encoderOf(options, context, file !== undefined)
  await withStore(options, context, async (store, place) => {
    const target =
      file === undefined ? toOutput(context) : await openTarget(file, { force: options.force === true })
    const began = context.now()
    let records = 0
    let characters = 0
    let waiting = encoder.begin()

    const flush = async (): Promise<void> => {
      characters += waiting.length
      const text = waiting
      waiting = ''
      if (text !== '') await target.write(text)
    }

    const progress = (): string =>
      `Exporting: ${plural(records, 'record')}, ${size(characters)}, ${duration(context.now() - began)} …`

    try {
      for await (const record of store.records(query)) {
        if (context.signal.aborted) break
        waiting += encoder.add(record)
        records++
        if (waiting.length < CHUNK) continue
        await flush()
        if (file !== undefined) context.progress.show(progress)
      }
      waiting += encoder.end()
      // Half an export is none.
      if (context.signal.aborted) await target.discard()
      else {
        await flush()
        await target.finish()
      }
    } catch (error) {
      await target.discard().catch(() => {})
      throw error
    } finally {
      context.progress.end()
    }
    if (context.signal.aborted) return
    if (records === 0) await explainNothing(store, place, query, options, context)
    else if (file !== undefined && options.json !== true)
      context.note(`${count(records)} ${records === 1 ? 'record' : 'records'} in ${file}.`)
    for (const note of encoder.notes()) context.note(note)
  })
}
