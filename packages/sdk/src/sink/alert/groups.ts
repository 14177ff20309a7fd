/** What records are grouped by: fields of the query language, read from each record. */
import { LogboomError, nearest } from '../../errors/index.ts'
import { FIELDS, knownField, parseQuery, someAt } from '../../query/index.ts'
import { type Attributes, type Json, type LogRecord, setOwn } from '../../record/index.ts'
import { shortName } from './brief.ts'

export interface GroupOf {
  key: string
  values: Attributes
}

type Read = (record: LogRecord) => Json | undefined

/** Lists and objects have too many values to group by: they are one text. */
const plain = (value: Json): Json =>
  typeof value === 'string' ? shortName(value) : isPlain(value) ? value : shortName(JSON.stringify(value))

const isPlain = (value: Json): boolean => typeof value !== 'object' || value === null

const attributeRead = (name: string): Read | undefined => {
  try {
    const expr = parseQuery(`${name}:*`, { now: 0 })
    if (expr.kind !== 'field' || expr.field.kind !== 'attribute') return undefined
    const { path } = expr.field
    return (record) => {
      let found: Json | undefined
      someAt(record.attributes, path, (value) => {
        found = value
        return true
      })
      return found
    }
  } catch {
    return undefined
  }
}

const readOf = (name: string): Read => {
  const info = knownField(name)
  if (info !== undefined)
    return (record) => {
      const value = info.read(record)
      return typeof value === 'object' ? [...value] : value
    }
  const read = name.startsWith('@') ? attributeRead(name) : undefined
  if (read !== undefined) return read
  const meant = nearest(
    name,
    FIELDS.map((field) => field.name),
  )
  const hint =
    'It has to be a list of fields, such as server or tool, and of paths into attributes: @user.id.'
  throw new LogboomError('LB_SINK_OPTIONS', 'alert: the option "groupBy" names what is no field', {
    hint: meant === undefined ? hint : `Did you mean "${meant}"? ${hint}`,
  })
}

/** @throws LogboomError LB_SINK_OPTIONS for what is no field */
export const createGroupOf = (names: readonly string[]): ((record: LogRecord) => GroupOf) => {
  const reads = names.map((name) => [name, readOf(name)] as const)
  return (record) => {
    const values: Attributes = {}
    const key: Json[] = []
    for (const [name, read] of reads) {
      const value = read(record)
      const kept = value === undefined ? undefined : plain(value)
      if (kept !== undefined) setOwn(values, name, kept)
      // Null is a value: no value is another group.
      key.push(kept === undefined ? [] : kept)
    }
    return { key: JSON.stringify(key), values }
  }
}
