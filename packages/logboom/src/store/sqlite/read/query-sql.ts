/**
 * SQL over everything, read-only. It runs in a process of its own, because nothing else ends a long statement; the files are
 * opened read-only there, and `query_only` is set before the statement is looked at.
 */
import { join } from 'node:path'
import { LogboomError } from '@logboom/sdk/errors'
import { runScript } from '../../../platform/index.ts'
import type { SqlResult } from '../../contract.ts'
import { driverModule } from '../database.ts'
import type { Reader } from './reader.ts'
import { type SqlAnswer, type SqlJob, sqlChild } from './sql-child.ts'

/** @throws LogboomError `LB_SQL`, `LB_QUERY_LIMIT` */
export const runSql = async (
  reader: Reader,
  statement: string,
  { limitMs, maxRows }: { limitMs: number; maxRows: number },
): Promise<SqlResult> => {
  const words = checkStatement(statement)
  const job: SqlJob = {
    driver: driverModule(),
    files: reader.files.list().map(({ name }) => join(reader.dir, name)),
    statement,
    maxRows,
    ...columnsAsked(words),
  }
  const source = `(${sqlChild.toString()})()`
  const { stdout, stderr, ended } = await runScript(source, JSON.stringify(job), {
    limitMs,
    signal: reader.closing,
  })
  if (ended) {
    throw new LogboomError('LB_QUERY_LIMIT', `The statement took longer than ${limitMs} ms`, {
      hint: 'Narrow it with WHERE, or ask for fewer columns.',
    })
  }
  const answer = parseAnswer(stdout, stderr)
  if ('error' in answer) throw refused(statement, answer.error)
  return answer
}

const parseAnswer = (stdout: string, stderr: string): SqlAnswer => {
  try {
    return JSON.parse(stdout) as SqlAnswer
  } catch {
    return { error: stderr.trim().split('\n').at(-1) ?? 'SQLite gave no answer' }
  }
}

const HINT =
  'Columns: time, level, server, source, message, attributes, tool, status, duration, …; table: records.'

const refused = (input: string, message: string): LogboomError =>
  new LogboomError('LB_SQL', message, { input, hint: HINT })

/** What of a statement is neither text nor comment. */
const wordsOf = (statement: string): string =>
  statement.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
    part.startsWith("'") ? "''" : part.startsWith('"') ? part : ' ',
  )

/** One statement that reads; SQLite itself refuses what would write. */
const checkStatement = (statement: string): string => {
  const words = wordsOf(statement).trim()
  if (statement.includes('\0')) throw refused(statement, 'A statement has no NUL')
  if (!/^(?:select|with|values|explain)\b/i.test(words)) {
    throw refused(statement, 'Only SELECT, WITH, VALUES and EXPLAIN are allowed')
  }
  if (/;\s*\S/.test(words)) throw refused(statement, 'Only one statement is allowed')
  return words
}

const BODY =
  /\b(?:id|seq|observed|attributes|call|request|duration|traceId|spanId|redacted|truncated|message)\b/i

/** Whether the large columns may be asked for: by name, or by a star that counts nothing. */
const columnsAsked = (words: string): { message: boolean; body: boolean } => {
  const star = words.replace(/\bcount\s*\(\s*\*\s*\)/gi, '').includes('*')
  return { message: star || /\bmessage\b/i.test(words), body: star || BODY.test(words) }
}
