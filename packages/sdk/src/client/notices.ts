/** Records of our own: what happened to a server or its records where no capture could tell it. */
import { randomUUID } from 'node:crypto'
import { createIds, type Level, type LogRecord } from '../record/index.ts'
import { createFinisher } from '../transform/index.ts'

export type MakeNotice = (level: Level, message: string, attributes?: LogRecord['attributes']) => LogRecord

/** Makes `lifecycle` records for one server, in a run of their own. */
export const createNotices = (server: string): MakeNotice => {
  const newId = createIds()
  const finish = createFinisher()
  const run = randomUUID()
  let seq = 0
  return (level, message, attributes = {}) => {
    const time = performance.timeOrigin + performance.now()
    const record: LogRecord = {
      id: newId(time),
      time,
      observed: time,
      seq: seq++,
      level,
      server,
      run,
      source: 'lifecycle',
      message,
      attributes,
    }
    return finish(record, undefined)
  }
}
