/** What goes wrong around a hub all the time: captures die, lines are torn, readers leave or stall, questions are foolish or foreign. */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LogRecord } from '@logboom/sdk/record'
import { logboom, NODE, type Running, start } from './process.ts'
import { createTailReader, type TailReader } from './tail-reader.ts'
import { waitFor } from './wait.ts'

const CAPTURE = fileURLToPath(new URL('./capture.mjs', import.meta.url))

export interface Capture {
  server: string
  run: string
  process: Running
}

export const startCapture = async (home: string, server: string, rate: number): Promise<Capture> => {
  const process = start([NODE, CAPTURE, home, server, String(rate)])
  const run = await waitFor('a capture', () => process.stdout().toString().trim() || undefined, 30_000)
  return { server, run, process }
}

/** Ends a capture well: all it captured is in its journal then. */
export const endCapture = async ({ process }: Capture): Promise<void> => {
  process.kill('SIGTERM')
  const { code, stderr } = await process.ended()
  if (code !== 0) throw new Error(`a capture ended with ${code}: ${stderr.toString()}`)
}

const newestSegment = (home: string, run: string): string | undefined => {
  const number = (name: string): number => Number(name.split('.')[1])
  const names = readdirSync(join(home, 'journal')).filter((name) => name.startsWith(`${run}.`))
  const [newest] = names.sort((a, b) => number(b) - number(a))
  return newest === undefined ? undefined : join(home, 'journal', newest)
}

/**
 * Kills a capture, and leaves a torn line or garbage behind it; gives the number of the last record that stood whole in its
 * journal, -1 when there was none.
 */
export const killCapture = async (home: string, capture: Capture, garbage: string): Promise<number> => {
  capture.process.kill('SIGKILL')
  await capture.process.ended()
  const path = newestSegment(home, capture.run)
  if (path === undefined) return -1
  const lines = readFileSync(path, 'utf8').split('\n')
  appendFileSync(path, garbage)
  const last = lines.length < 3 ? undefined : (JSON.parse(lines.at(-2) ?? '') as LogRecord)
  return last?.seq ?? -1
}

/** A line of nobody, a torn one, bytes that are no text; and the beginning of a record that was to come. */
export const GARBAGE = [
  '',
  '{"id":"torn',
  '%PDF-1.4 garbage\n',
  '\0\0\0\0\0\0\n\xff\n',
  '{"seq":1}\n{"id":"x","time":',
] as const

/** Questions, with what they may be answered with. */
export const QUESTIONS: readonly { path: string; statuses: readonly number[] }[] = [
  ...[
    '/api/v1/records?limit=100',
    '/api/v1/records?q=level:error&limit=50',
    '/api/v1/records?q=server:model+level:warning&limit=1000',
    `/api/v1/records?q=${encodeURIComponent('"connection refused"')}&order=oldest`,
    `/api/v1/records?q=${encodeURIComponent('数据库')}&limit=20`,
    `/api/v1/records?q=${encodeURIComponent('@user.id:u42')}&limit=20`,
    `/api/v1/records?q=${encodeURIComponent('/key user:\\d+/ -level:debug')}`,
    '/api/v1/histogram?by=level',
    '/api/v1/facets',
    '/api/v1/fields',
    '/api/v1/patterns?q=level:error',
    '/api/v1/calls?limit=50',
    '/api/v1/tools',
    '/api/v1/servers',
    '/api/v1/runs',
    '/api/v1/stats',
    '/api/v1/explain?q=level:error',
    '/metrics',
    '/healthz',
    '/api/v1/openapi.json',
  ].map((path) => ({ path, statuses: [200] })),
  // No time for an answer, or just enough.
  { path: '/api/v1/patterns?timeout=1', statuses: [200, 504] },
  { path: `/api/v1/records?q=${encodeURIComponent('/q{3}z/')}&timeout=5`, statuses: [200, 504] },
  { path: '/api/v1/histogram?by=logger&timeout=2', statuses: [200, 504] },
  // What cannot be answered.
  { path: '/api/v1/records?q=level:', statuses: [400] },
  { path: '/api/v1/records?limit=100000', statuses: [400] },
  { path: `/api/v1/records?q=${'x'.repeat(20_000)}`, statuses: [400] },
  { path: '/api/v1/records/no-such-id', statuses: [404] },
  { path: '/api/v1/%2e%2e/secret', statuses: [400] },
]

export interface Asked {
  status: number
  body: string
}

/** Asks over a connection of its own; `undefined` when it left before the answer was there. */
export const askOnce = (
  url: string,
  path: string,
  { host, leaveAfterMs }: { host?: string; leaveAfterMs?: number } = {},
): Promise<Asked | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const headers = host === undefined ? {} : { host }
    let left = false
    const asking = request({ hostname, port, path, agent: false, headers }, (answer) => {
      let body = ''
      answer.setEncoding('utf8').on('data', (part: string) => {
        body += part
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }))
      answer.on('error', (error) => (left ? resolve(undefined) : reject(error)))
    })
    asking.on('error', (error) => (left ? resolve(undefined) : reject(error)))
    asking.end()
    if (leaveAfterMs === undefined) return
    setTimeout(() => {
      left = true
      asking.destroy()
    }, leaveAfterMs)
  })

/** Readers of the tail, of which some are cut and come back, some stall, some go. */
export const createReaders = (url: string, most: number) => {
  const readers: { reader: TailReader; stalled: boolean }[] = []
  const faults: string[] = []
  const counts = { opened: 0, cut: 0, stalled: 0 }
  const QUERIES = [undefined, undefined, 'level:error', 'source:call']

  const leave = (index: number): void => {
    const [gone] = readers.splice(index, 1)
    gone?.reader.cut()
    faults.push(...(gone?.reader.faults ?? []))
  }

  return {
    faults,
    counts,
    /** One step, chosen by a number from 0 to 1. */
    async step(choice: number, which: number): Promise<void> {
      const index = Math.floor(which * readers.length)
      const chosen = readers[index]
      if (chosen === undefined || (choice < 0.3 && readers.length < most)) {
        const q = QUERIES[Math.floor(which * QUERIES.length)]
        const reader = createTailReader({ url, ...(q === undefined ? {} : { q }) })
        await reader.open()
        counts.opened++
        readers.push({ reader, stalled: false })
      } else if (choice < 0.5) {
        chosen.reader.cut()
        counts.cut++
        await chosen.reader.open()
        chosen.stalled = false
      } else if (choice < 0.7 && !chosen.stalled) {
        chosen.reader.stall()
        chosen.stalled = true
        counts.stalled++
      } else if (choice < 0.85 && chosen.stalled) {
        chosen.reader.resume()
        chosen.stalled = false
      } else leave(index)
    },
    close(): void {
      while (readers.length > 0) leave(0)
    },
  }
}

/** A command beside the hub, as people run it; its output. */
export const commandBeside = async (home: string, args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await logboom([...args, '--home', home], { timeoutMs: 60_000 })
  if (code !== 0) throw new Error(`logboom ${args.join(' ')} ended with ${code}: ${stderr.toString()}`)
  return stdout.toString()
}
