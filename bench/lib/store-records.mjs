// Realistic MCP records as the journals of a home: `writeJournals(home, count)`. Always the same for the same count: twelve servers
// whose calls overlap, each call with its start, what was logged for it and its outcome; errors with stack traces, Chinese, texts
// with units, nested attributes, traces. About 500 bytes a line, as taps write them. Tells where the needles are.
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const SEGMENT = 8 * 1024 * 1024
const SERVERS = [
  ['filesystem', ['read_file', 'write_file', 'list_directory', 'search_files']],
  ['github', ['create_issue', 'search_code', 'get_pull_request', 'list_commits']],
  ['postgres', ['query', 'explain', 'list_tables']],
  ['slack', ['post_message', 'list_channels']],
  ['browser', ['navigate', 'click', 'screenshot', 'evaluate']],
  ['memory', ['create_entities', 'search_nodes', 'open_nodes']],
  ['analytics', ['analyze_data', 'forecast']],
  ['weather', ['current', 'forecast']],
  ['search', ['web_search', 'fetch']],
  ['calendar', ['create_event', 'free_busy']],
  ['翻译', ['translate', '检测语言']],
  ['vector', ['upsert', 'similarity_search']],
]
const TEXTS = [
  (r) => `Opened ${path(r)} in ${ms(r)}`,
  (r) => `cache ${r() < 0.7 ? 'hit' : 'miss'} for key user:${below(r, 5000)}:profile`,
  (r) => `SELECT * FROM orders WHERE user_id = ${below(r, 100000)} took ${ms(r)} (${below(r, 500)} rows)`,
  (r) => `GET https://api.example.com/v2/items/${hex(r, 12)} 200 ${ms(r)}`,
  (r) => `Retrying request ${below(r, 5)} of 5 after ${ms(r)}: ECONNRESET`,
  (r) => `Processing batch ${below(r, 1000)} with ${below(r, 500)} items for tenant ${hex(r, 8)}`,
  (r) => `token usage: prompt=${below(r, 8000)} completion=${below(r, 2000)} model=large-3`,
  (r) => `worker ${below(r, 16)} picked job ${uuid(r)}`,
  (r) => `正在处理用户 ${below(r, 100000)} 的请求，已用时 ${below(r, 900)} 毫秒`,
  (r) => `Rate limit remaining ${below(r, 5000)}, resets in ${below(r, 3600)}s`,
]
const ERRORS = [
  (r) => `Connection refused: ECONNREFUSED 10.0.${below(r, 255)}.${below(r, 255)}:5432`,
  (r) =>
    `TypeError: Cannot read properties of undefined (reading 'id')\n    at handle (/srv/app/src/tools/${hex(r, 4)}.ts:${below(r, 400)}:17)\n    at async run (/srv/app/src/server.ts:88:5)`,
  (r) => `请求超时：上游在 ${below(r, 30)} 秒内没有响应`,
  (r) => `HTTP 503 from upstream shard-${below(r, 40)}`,
]
const SOURCES = ['message', 'message', 'stderr', 'stderr', 'stderr', 'notification']

const random = (seed) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
const below = (r, limit) => Math.floor(r() * limit)
const pick = (r, items) => items[below(r, items.length)]
const hex = (r, digits) => {
  let text = ''
  while (text.length < digits)
    text += Math.floor(r() * 0x100000000)
      .toString(16)
      .padStart(8, '0')
  return text.slice(0, digits)
}
const uuid = (r) => `${hex(r, 8)}-${hex(r, 4)}-4${hex(r, 3)}-a${hex(r, 3)}-${hex(r, 12)}`
const idAt = (r, time) => {
  const stamp = Math.floor(time).toString(16).padStart(12, '0')
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${hex(r, 3)}-8${hex(r, 3)}-${hex(r, 12)}`
}
const path = (r) => `/home/user/projects/${hex(r, 6)}/src/${pick(r, ['index', 'server', 'util', 'main'])}.ts`
const ms = (r) => `${below(r, 900)}ms`

const attributes = (r) => {
  const kind = r()
  if (kind < 0.4) return {}
  if (kind < 0.7) return { user_id: below(r, 100000), size: below(r, 1e6), ok: r() < 0.9 }
  if (kind < 0.9) return { http: { method: 'GET', status: pick(r, [200, 200, 200, 404, 503]) }, took: ms(r) }
  return {
    tags: ['nightly', pick(r, ['a', 'b', 'c'])],
    tenant: hex(r, 8),
    processing_time: `${below(r, 50) / 10}s`,
  }
}

/** One server's journal: segments of its run. */
const openRun = (dir, r, server, now) => {
  const run = idAt(r, now)
  let segment = -1
  let file
  let size = 0
  let text = ''
  const flush = () => {
    if (text === '') return
    size += writeSync(file, text)
    text = ''
  }
  const next = () => {
    if (file !== undefined) {
      flush()
      closeSync(file)
    }
    segment++
    file = openSync(join(dir, `${run}.${segment}.ndjson`), 'w', 0o600)
    size = 0
    text = `${JSON.stringify({ logboom: 1, run, server, pid: 1, pidStart: 'gone', segment })}\n`
  }
  next()
  let seq = 0
  return {
    run,
    server,
    write(fields) {
      text += `${JSON.stringify({ ...fields, seq: seq++, server, run })}\n`
      if (text.length > 65536) flush()
      if (size > SEGMENT) next()
    },
    close() {
      flush()
      closeSync(file)
    },
  }
}

/** Writes `count` records (and each run's end); tells how many, their bytes by file, and values to ask for. */
export const writeJournals = (
  home,
  count,
  { seed = 1, spreadMs = 24 * 3600_000, from = Date.now() - spreadMs - 3600_000 } = {},
) => {
  const dir = join(home, 'journal')
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const r = random(seed)
  const runs = SERVERS.map(([server, tools]) => ({ ...openRun(dir, r, server, from), tools, open: [] }))
  const step = spreadMs / count
  let now = from
  let written = 0
  const needles = {}
  const emit = (run, fields) => {
    run.write({ id: idAt(r, now), time: now, observed: now, attributes: {}, ...fields })
    written++
  }
  for (const run of runs)
    emit(run, { level: 'info', source: 'lifecycle', message: 'started', attributes: { event: 'start' } })
  while (written < count - runs.length) {
    now = Math.round((now + r() * 2 * step) * 1000) / 1000
    const run = pick(r, runs)
    const base = {
      client: { name: 'claude-desktop', version: '1.4.2' },
      protocol: '2025-11-25',
      host: 'workstation',
    }
    if (run.open.length === 0 || (run.open.length < 4 && r() < 0.12)) {
      const tool = pick(r, run.tools)
      const call = { id: idAt(r, now), method: 'tools/call', tool, requestId: written, from: 'client' }
      const story = { call, traceId: hex(r, 32), at: now, left: 2 + below(r, 8) }
      run.open.push(story)
      emit(run, {
        ...base,
        level: 'info',
        source: 'call',
        message: `tools/call ${tool}`,
        traceId: story.traceId,
        call: { ...call, attribution: 'exact', status: 'started' },
        attributes: { arguments: { query: `item ${below(r, 10000)}`, limit: below(r, 100) } },
      })
      if (written > count / 2 && needles.call === undefined) {
        needles.call = call.id
        needles.trace = story.traceId
      }
      continue
    }
    const story = pick(r, run.open)
    if (story.left-- > 0) {
      const bad = r() < 0.02
      emit(run, {
        ...base,
        level: bad ? 'error' : pick(r, ['debug', 'debug', 'info', 'info', 'info', 'notice', 'warning']),
        source: pick(r, SOURCES),
        logger: pick(r, ['app', 'http', 'db.pool', 'cache']),
        message: pick(r, bad ? ERRORS : TEXTS)(r),
        attributes: attributes(r),
        traceId: story.traceId,
        call: { ...story.call, attribution: run.open.length === 1 ? 'inferred' : 'exact' },
      })
      continue
    }
    run.open.splice(run.open.indexOf(story), 1)
    const failed = r() < 0.03
    emit(run, {
      ...base,
      level: failed ? 'error' : 'info',
      source: 'call',
      message: `tools/call ${story.call.tool} ${failed ? 'failed' : 'ok'}`,
      traceId: story.traceId,
      call: {
        ...story.call,
        attribution: 'exact',
        status: failed ? 'tool_error' : 'ok',
        durationMs: Math.round((now - story.at) * 1000) / 1000,
      },
      attributes: { resultBytes: below(r, 20000) },
    })
  }
  // A text that is there once, in the middle of nowhere.
  needles.rare = 'quokka marsupial 7f3a'
  emit(runs[0], { level: 'notice', source: 'stderr', message: `found the ${needles.rare} at last` })
  for (const run of runs)
    emit(run, {
      level: 'info',
      source: 'lifecycle',
      message: 'exited with code 0',
      attributes: { event: 'exit', code: 0 },
    })
  for (const run of runs) run.close()
  return { written, from, until: now + 1, needles }
}
