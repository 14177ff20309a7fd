/**
 * Nothing secret is written: a canary of every rule, in every place where a server, a client or a command line can put one,
 * passes the tap; then the bytes of the whole home are searched for any eight characters of any of them.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { NEAR_MISSES, noise, SAMPLES, type Sample } from '../../packages/sdk/src/transform/redact/samples.ts'
import { places, scriptFile } from '../kit/home.ts'
import { type Ended, run, tapCommand } from '../kit/process.ts'
import { filesUnder, from, onlyRun } from '../kit/records.ts'
import { raw } from '../kit/servers.ts'
import { callLine, initializeLine, logLine, rpc } from '../kit/story.ts'

const WINDOW = 8

/** What stands around the secrets is no secret, even where it looks like one. */
const harmless = SAMPLES.map(({ text, secret }) => text.split(secret).join('\n')).join('\n')

/** The secrets of which a piece stands in a home, each with the text around it. */
const leaks = (home: string, secrets: readonly string[]): string[] => {
  const pieces = new Map<string, string>()
  for (const secret of secrets)
    for (const line of secret.split('\n'))
      for (let at = 0; at + WINDOW <= line.length; at++) {
        const piece = line.slice(at, at + WINDOW)
        if (!harmless.includes(piece)) pieces.set(piece, secret)
      }
  const searched = filesUnder(home)
  expect(searched.length).toBeGreaterThan(0)
  expect(pieces.size).toBeGreaterThan(0)
  const found = new Map<string, string>()
  for (const file of searched) {
    const text = readFileSync(file, 'latin1')
    for (let at = 0; at + WINDOW <= text.length; at++) {
      const secret = pieces.get(text.slice(at, at + WINDOW))
      if (secret !== undefined && !found.has(secret))
        found.set(secret, text.slice(Math.max(0, at - 120), at + 60))
    }
  }
  return [...found].map(([secret, around]) => `${secret.slice(0, 40)} in ${around.split('\n').join('\\n')}`)
}

interface Traffic {
  input?: string
  steps: object[]
  args?: readonly string[]
}

const pass = async ({ input = '', steps, args = [] }: Traffic): Promise<{ home: string; ended: Ended }> => {
  const { root, home } = places()
  const script = scriptFile(root, [...steps, { end: true }])
  const command = [...raw(script), ...args] as [string, ...string[]]
  const ended = await run(tapCommand(home, 'secretive', command), { input })
  expect(ended.code).toBe(0)
  return { home, ended }
}

const out = (text: string): object => ({ emit: 'stdout', text })
const err = (text: string, more: object = {}): object => ({ emit: 'stderr', text, ...more })
const secretsOf = (samples: readonly Sample[]): string[] => samples.map(({ secret }) => secret)
const oneLine = SAMPLES.filter(({ text }) => !text.includes('\n'))

// `#` is the raw server's own sign; no sample has one.
const spoken: {
  place: string
  samples?: readonly Sample[]
  traffic: (samples: readonly Sample[]) => Traffic
}[] = [
  {
    place: 'the text of a log message',
    traffic: (samples) => ({
      steps: samples.map(({ text }) => out(logLine('info', `it said: ${text} and went on`))),
    }),
  },
  {
    place: 'the fields of a log message, nested',
    traffic: (samples) => ({
      steps: samples.map(({ text }) =>
        out(logLine('info', { msg: 'm', extra: { a: [{ b: { c: [text] } }] } })),
      ),
    }),
  },
  {
    place: 'fields without any text',
    traffic: (samples) => ({ steps: samples.map(({ text }) => out(logLine('info', { field: text }))) }),
  },
  {
    place: 'JSON within strings, twice',
    traffic: (samples) => ({
      steps: samples.map(({ text }) =>
        out(logLine('info', JSON.stringify({ body: JSON.stringify({ inner: text }) }))),
      ),
    }),
  },
  {
    place: 'logger names',
    samples: oneLine,
    traffic: (samples) => ({ steps: samples.map(({ text }) => out(logLine('info', 'm', `db ${text}`))) }),
  },
  {
    place: 'stderr',
    traffic: (samples) => ({ steps: samples.map(({ text }) => err(`using ${text}\nnext\n`)) }),
  },
  {
    place: 'stderr, split into many small writes',
    traffic: (samples) => ({
      steps: samples.map(({ text }) => err(`using ${text}\nnext\n`, { chunk: 11, gapMs: 0.05 })),
    }),
  },
  {
    place: 'JSON lines on stderr',
    traffic: (samples) => ({
      steps: samples.map(({ text }) => err(`${JSON.stringify({ level: 30, msg: text, deep: { text } })}\n`)),
    }),
  },
  {
    place: 'stray text on stdout',
    traffic: (samples) => ({ steps: samples.map(({ text }) => out(`using ${text}\n`)) }),
  },
  {
    place: 'arguments, results and errors of calls',
    traffic: (samples) => ({
      input: samples.map(({ text }, id) => callLine(id, 'tool', { text, list: [{ text }] })).join(''),
      steps: samples.flatMap(({ text }, id) => [
        { await: `"id":${id},` },
        out(
          id % 3 === 0
            ? rpc({ id, result: { content: [{ type: 'text', text }], structuredContent: { deep: [text] } } })
            : id % 3 === 1
              ? rpc({ id, result: { isError: true, content: [{ type: 'text', text }] } })
              : rpc({ id, error: { code: -32000, message: `failed: ${text}`, data: { text } } }),
        ),
      ]),
    }),
  },
  {
    place: 'other requests, notifications and what is no JSON-RPC, from both sides',
    traffic: (samples) => ({
      input: samples
        .map(
          ({ text }, id) =>
            rpc({ id, method: 'resources/read', params: { uri: text } }) +
            rpc({ method: 'notifications/cancelled', params: { requestId: id, reason: text } }) +
            `${text.split('\n').join(' ')}\n`,
        )
        .join(''),
      steps: samples.map(({ text }) =>
        out(
          rpc({ method: 'notifications/progress', params: { progressToken: 1, progress: 1, message: text } }),
        ),
      ),
    }),
  },
  {
    place: 'command lines',
    samples: oneLine,
    traffic: (samples) => ({
      steps: [],
      args: samples.flatMap(({ text }) => ['--note', text, `--x=${text}`]),
    }),
  },
]

describe('a canary of every rule', () => {
  test.each(spoken)('in $place', async ({ samples = SAMPLES, traffic }) => {
    const { home, ended } = await pass(traffic(samples))
    expect(leaks(home, secretsOf(samples))).toEqual([])
    // The search can find: what passed the tap has them all, unless only the command line had.
    const records = onlyRun(home)
    expect(records.reduce((sum, record) => sum + (record.redacted ?? 0), 0)).toBeGreaterThanOrEqual(
      samples.length,
    )
    expect(ended.signal).toBe(null)
  })

  test('under names that say what they hold, whatever the value', async () => {
    const names = [
      'password',
      'DB_PASSWORD',
      'apiKey',
      'x-api-key',
      'client_secret',
      'accessToken',
      'Authorization',
      'set-cookie',
      'credentials',
      'connectionString',
    ]
    const secrets: string[] = []
    const value = (n: number): string => {
      const secret = noise(24, 9000 + n)
      secrets.push(secret)
      return secret
    }
    const fields = (n: number) =>
      Object.fromEntries(
        names.map((name, index) => {
          const one = value(n * 1000 + index * 3)
          const two = value(n * 1000 + index * 3 + 1)
          return [
            name,
            index % 3 === 0 ? one : index % 3 === 1 ? [one, two] : { user: one, deep: [{ k: two }] },
          ]
        }),
      )
    const { home } = await pass({
      input: callLine(1, 'login', { ...fields(1), nested: fields(2) }),
      steps: [
        { await: '"login"' },
        out(rpc({ id: 1, result: { content: [], structuredContent: fields(3) } })),
        out(logLine('info', { msg: 'm', extra: fields(4) })),
        out(logLine('info', { msg: 'm', deep: [[fields(5)]] })),
        out(logLine('info', JSON.stringify(fields(6)))),
        err(`${JSON.stringify({ msg: 'm', ...fields(7) })}\n`),
        err(names.map((name) => `${name}=${value(8000 + name.length)}\n`).join('')),
      ],
    })
    expect(secrets.length).toBeGreaterThan(100)
    expect(leaks(home, secrets)).toEqual([])
  })

  test('as separate words of a command line', async () => {
    const [a, b, c, d] = [1, 2, 3, 4].map((seed) => noise(24, 7000 + seed)) as [
      string,
      string,
      string,
      string,
    ]
    const args = ['--api-key', a, '--token', b, '-e', `PASSWORD=${c}`, `postgres://admin:${d}@db/app`]
    const { home } = await pass({ steps: [], args })
    expect(leaks(home, [a, b, c, d])).toEqual([])
    expect(JSON.stringify(onlyRun(home)[0])).toContain('--api-key')
  })

  test('in the name of what could not be started', async () => {
    const { home } = places()
    const secret = noise(40, 77)
    const ended = await run(tapCommand(home, 'gone', [`no-such-command-sk-ant-${secret}`, '--token', secret]))
    expect(ended.code).toBe(127)
    expect(leaks(home, [secret])).toEqual([])
  })

  test('in what a client says of itself', async () => {
    const secret = noise(40, 78)
    const hello = initializeLine.replace('story-client', `client sk-ant-${secret}`)
    const { home } = await pass({ input: hello, steps: [{ handshake: true }, out(logLine('info', 'after'))] })
    expect(leaks(home, [secret])).toEqual([])
    expect(onlyRun(home).at(-2)?.client?.name).toMatch(/client/)
  })
})

describe('at every cut', () => {
  const KIB64 = 65_536
  const rules = ['jwt', 'bearer', 'github-token', 'anthropic-key', 'url-password', 'api-key']
  // One of each: all of it together must fit into what may wait in memory, or some of it is dropped.
  const cuttable = rules.flatMap((rule) => SAMPLES.find((sample) => sample.rule === rule) ?? [])
  const padded = (bytes: number): string =>
    'lorem ipsum '.repeat(Math.ceil(bytes / 12)).slice(0, Math.max(0, bytes))

  test('of a message', async () => {
    const texts = cuttable.flatMap(({ text }) =>
      Array.from({ length: 12 }, (_, n) => {
        const inside = Math.round((text.length * n) / 11)
        // Much behind it: a mask may be shorter than its secret, and something must be cut all the same.
        return `${padded(KIB64 - 4 - inside)} ${text} ${padded(4000)}`
      }),
    )
    const { home } = await pass({
      steps: texts.flatMap((text) => [out(logLine('error', text)), { sleep: 5 }]),
    })
    const kept = from(onlyRun(home), 'message')
    expect(kept).toHaveLength(texts.length)
    expect(kept.every((record) => (record.truncated ?? 0) > KIB64)).toBe(true)
    expect(leaks(home, secretsOf(cuttable))).toEqual([])
  })

  test('of arguments and results', async () => {
    const texts = cuttable.flatMap(({ text }) =>
      [0, 0.2, 0.5, 0.8, 1].map(
        (part) => `${padded(KIB64 - 30 - Math.round(text.length * part))} ${text} ${padded(300)}`,
      ),
    )
    const { home } = await pass({
      input: texts.map((text, id) => callLine(id, 't', { text })).join(''),
      steps: texts.flatMap((text, id) => [
        { await: `"id":${id},` },
        out(rpc({ id, result: { content: [{ type: 'text', text }] } })),
      ]),
    })
    expect(from(onlyRun(home), 'call')).toHaveLength(texts.length * 2)
    expect(leaks(home, secretsOf(cuttable))).toEqual([])
  })

  test('of a line that is too long to be read', async () => {
    const MIB = 1_048_576
    const lines = cuttable
      .slice(0, 3)
      .flatMap(({ text }) =>
        [0, 0.5, 1].map((part) => `${padded(MIB - Math.round(text.length * part))} ${text} ${padded(300)}\n`),
      )
    const { home } = await pass({ steps: lines.flatMap((text) => [err(text), { sleep: 60 }]) })
    expect(from(onlyRun(home), 'stderr').filter((record) => record.truncated !== undefined)).toHaveLength(
      lines.length,
    )
    expect(leaks(home, secretsOf(cuttable))).toEqual([])
  })
})

test('what only looks like a secret is kept', async () => {
  const { home } = await pass({ steps: NEAR_MISSES.map((text) => out(logLine('info', text))) })
  expect(from(onlyRun(home), 'message').map((record) => record.message)).toEqual([...NEAR_MISSES])
})
