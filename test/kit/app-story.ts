/**
 * What an app with four servers goes through in a day, told by real taps within seconds: everything the page has to show. Secrets and
 * Chinese, all levels, errors of every kind, a crash with last words, stray stdout, calls at once, retries, and a call that still runs.
 */
import type { LogRecord } from '@logboom/sdk/record'
import { scriptFile } from './home.ts'
import { talk } from './page.ts'
import { start, tapCommand } from './process.ts'
import { raw } from './servers.ts'
import { initializeLine, logLine, rpc } from './story.ts'
import { quiet, waitFor } from './wait.ts'

/** Never found on any screen, in any file. */
export const SECRET = 'sk-proj-5f2d8c1b9e7a4063d1f8b2c6a9e4d7f0'

const TRACEBACK = `Traceback (most recent call last):
  File "/srv/indexer/build.py", line 88, in build
    shard = allocate(rows)
MemoryError: cannot allocate 4096 MiB`

const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency']

/** What tests ask a hub for, past the page. */
export const askHub = async <T>(url: string, path: string): Promise<T> => {
  const response = await fetch(`${url}/api/v1/${path}`)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** The newest record that a query finds, once there is one. */
export const recordOf = (url: string, query: string): Promise<LogRecord> =>
  waitFor(`a record of ${query}`, async () => {
    const path = `records?limit=1&order=newest&q=${encodeURIComponent(query)}`
    const { items } = await askHub<{ items: { record: LogRecord }[] }>(url, path)
    return items[0]?.record
  })

/** The id of the call that the newest record of a query surely belongs to. */
export const callOf = async (url: string, query: string): Promise<string> => {
  const { call } = await recordOf(url, query)
  if (call === undefined || !('id' in call)) throw new Error(`the record of ${query} belongs to no call`)
  return call.id
}

/** Tells the story into a home; what still runs ends with the test. */
export const tellApp = async (root: string, home: string): Promise<void> => {
  const [files, payments, translator] = await Promise.all([
    talk(home, 'files', ['read_file', 'search']),
    talk(home, 'payments', ['charge', 'audit']),
    talk(home, '翻译', ['translate', '检测语言']),
  ])
  await files.call('read_file', {
    path: '/srv/reports/2026-q3.csv',
    steps: [
      {
        log: {
          level: 'debug',
          data: { msg: 'cache miss', extra: { key: 'q3', size: 88_213 } },
          logger: 'cache',
        },
      },
      { progress: [1, 2, 'reading'] },
      { log: { level: 'info', data: { msg: 'read 88213 bytes', extra: { processing_time: '47ms' } } } },
      { progress: [2, 2, 'done'] },
    ],
    result: 'region,revenue\nnorth,120',
  })
  await files.call('read_file', {
    path: '/srv/reports/lost.csv',
    steps: [{ stderr: 'ENOENT: no such file or directory, open /srv/reports/lost.csv' }],
    result: { error: 'ENOENT: no such file or directory' },
  })
  await translator.call('translate', {
    text: '发票已逾期，请尽快付款',
    steps: [
      {
        log: {
          level: 'info',
          data: { msg: '正在翻译第 1 段，共 3 段', extra: { 语言: '中文', 段落: 3 } },
          logger: '翻译.核心',
        },
      },
      { log: { level: 'warning', data: '术语“逾期”没有词条，使用通用译法' } },
    ],
    result: 'The invoice is overdue, please pay soon',
  })
  await translator.call('检测语言', {
    text: 'bonjour',
    result: { code: -32602, message: '参数无效：缺少 text' },
  })
  await payments.call('audit', {
    api_key: SECRET,
    steps: LEVELS.map((level, index) => ({
      log: {
        level,
        data: { msg: `audit step ${index + 1} says ${level}`, extra: { authorization: `Bearer ${SECRET}` } },
      },
    })),
  })
  for (const result of [
    { error: 'payment service unavailable' },
    { error: 'payment service unavailable' },
    'charged',
  ]) {
    // Calls that are open within the same moment would be candidates both.
    await quiet(60)
    await payments.call('charge', {
      order: 4711,
      amount: '12.50 EUR',
      ...(result === 'charged' ? {} : { steps: [{ stderr: 'ERROR connect ECONNREFUSED 10.0.0.5:5432' }] }),
      result,
    })
  }
  // Both are open while the line is written: nobody can say whose it is.
  await Promise.all([
    files.call('search', {
      needle: 'revenue',
      steps: [{ waitMs: 30 }, { stderr: 'walking 1204 files' }, { waitMs: 120 }],
    }),
    files.call('search', {
      needle: 'invoice',
      steps: [{ waitMs: 150 }, { stdout: 'DEBUG: 17 matches' }, { waitMs: 20 }],
    }),
  ])
  const crashing = await talk(home, 'indexer', ['build'])
  await crashing.call('build', {
    shards: 4,
    steps: [{ stderr: TRACEBACK }, { waitMs: 30 }],
    result: { exit: 3 },
  })
  await startRunning(root, home)
}

/** The indexer is started again, and its call goes on until the test is over. */
const startRunning = async (root: string, home: string): Promise<void> => {
  const progress = rpc({
    method: 'notifications/progress',
    params: { progressToken: 'p-1', progress: 37, total: 100, message: 'shard 2 of 4' },
  })
  const script = scriptFile(root, [
    { handshake: true },
    { await: '"rebuild"' },
    { emit: 'stdout', text: logLine('notice', 'rebuilding, this takes a while', 'indexer') + progress },
    { hang: true },
  ])
  const tap = start(tapCommand(home, 'indexer', raw(script)))
  const params = { name: 'rebuild', arguments: { shards: 4 }, _meta: { progressToken: 'p-1' } }
  tap.write(initializeLine + rpc({ id: 1, method: 'tools/call', params }))
  await waitFor('the running call to say so', () => tap.stdout().includes('shard 2 of 4'))
}
