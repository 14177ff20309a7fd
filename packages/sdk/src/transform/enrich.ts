/**
 * Adds attributes. Records were redacted and cut before: what the app adds is the app's own, and is not redacted; it is made JSON, and the
 * record is cut to its bounds again.
 */
import { LogboomError } from '../errors/index.ts'
import { checkOptions, kinds, optional } from '../errors/options.ts'
import {
  type Attributes,
  cutRecord,
  DEFAULT_BOUNDS,
  isObject,
  type Json,
  type LogRecord,
  setOwn,
  toJson,
} from '../record/index.ts'
import type { Transform } from './types.ts'

export interface EnrichOptions {
  /** Replace attributes of the same name. @default false: the record's own stay */
  overwrite?: boolean
  /** Bytes that all attributes may have together; the largest are cut first. @default 65_536 (64 KiB) */
  maxBytes?: number
}

/** Any values; `undefined` ones are left out. */
export type Fields = Readonly<Record<string, unknown>>

const entriesOf = (fields: unknown): [string, Json][] => {
  if (!isObject(fields)) return []
  const json = toJson(fields)
  return isObject(json) ? (Object.entries(json) as [string, Json][]) : []
}

/**
 * Adds fields to the attributes of every record; nothing is left out. A function that throws is told to the queue's `onError`, and the
 * record goes on as it was.
 * @param fields the same for all, or a function of the record, which must not change it
 * @throws LogboomError LB_SINK_OPTIONS
 * @example enrich({ deployment: 'eu-1' })
 * @example enrich(({ server }) => ({ team: owners[server] }))
 */
export const enrich = (
  fields: Fields | ((record: Readonly<LogRecord>) => Fields | undefined),
  options: EnrichOptions = {},
): Transform => {
  if (typeof fields !== 'function' && !isObject(fields))
    throw new LogboomError('LB_SINK_OPTIONS', 'enrich: what it adds is neither an object nor a function', {
      hint: 'Give the fields to add, or a function of a record that returns them.',
    })
  checkOptions('enrich', options, { overwrite: optional(kinds.flag), maxBytes: optional(kinds.positive) })
  const { overwrite = false, maxBytes = DEFAULT_BOUNDS.attributes } = options
  const bounds = { ...DEFAULT_BOUNDS, attributes: maxBytes }
  const fixed = typeof fields === 'function' ? undefined : entriesOf(fields)

  const take = (record: LogRecord): LogRecord => {
    const added = typeof fields === 'function' ? entriesOf(fields(record)) : (fixed ?? [])
    let attributes: Attributes | undefined
    for (const [name, value] of added) {
      if (!overwrite && Object.hasOwn(record.attributes, name)) continue
      attributes ??= { ...record.attributes }
      setOwn(attributes, name, value)
    }
    return attributes === undefined ? record : cutRecord({ ...record, attributes }, bounds)
  }
  return { start: () => ({ reason: 'filtered', take }) }
}
