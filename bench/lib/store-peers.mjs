// What else could hold the same records, each in a process of its own: `store-peers.mjs KIND NDJSON-DIR WORK-DIR NEEDLES-JSON`. Prints
// JSON: records a second while loading, bytes on disk, and milliseconds for the questions it can answer.
//   bare     one SQLite table, a prepared insert, thousand rows a transaction; only the inserts are timed
//   fts5     one SQLite file as people make it: indexes, and FTS5 with the trigram tokenizer for substrings
//   duckdb   a table read from the NDJSON
//   ripgrep  nothing is loaded: the NDJSON itself is searched
import { execFileSync } from 'node:child_process'
import { createReadStream, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'

const require = createRequire(new URL('../../packages/logboom/package.json', import.meta.url))
const [kind, source, work, needlesJson = '{}'] = process.argv.slice(2)
const needles = JSON.parse(needlesJson)
const files = readdirSync(source).map((name) => join(source, name))
const rounds = 5

const timed = async (question) => {
  const times = []
  for (let i = 0; i < rounds; i++) {
    const from = performance.now()
    await question()
    times.push(performance.now() - from)
  }
  return times.sort((a, b) => a - b)[rounds >> 1]
}

async function* batches() {
  let batch = []
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const r = JSON.parse(line)
      if (r.logboom !== undefined) continue
      batch.push([
        r.id,
        r.time,
        r.observed,
        r.seq,
        r.level,
        r.server,
        r.run,
        r.source,
        r.logger ?? null,
        r.message,
        JSON.stringify(r.attributes),
        r.call?.id ?? null,
        r.traceId ?? null,
      ])
      if (batch.length === 1000) {
        yield batch
        batch = []
      }
    }
  }
  if (batch.length > 0) yield batch
}

const COLUMNS =
  'id TEXT, time REAL, observed REAL, seq INTEGER, level TEXT, server TEXT, run TEXT, source TEXT, logger TEXT, message TEXT, attributes TEXT, call TEXT, trace TEXT'

const sqlite = async (indexed) => {
  const { DatabaseSync } =
    Number(process.versions.node.split('.')[0]) >= 24
      ? await import('node:sqlite')
      : require('@photostructure/sqlite')
  const path = join(work, `${kind}.db`)
  const db = new DatabaseSync(path)
  db.exec(`PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;
    CREATE TABLE records (position INTEGER PRIMARY KEY, ${COLUMNS})`)
  if (indexed)
    db.exec(`CREATE INDEX by_server ON records(server); CREATE INDEX by_level ON records(level); CREATE INDEX by_trace ON records(trace); CREATE INDEX by_call ON records(call); CREATE INDEX by_time ON records(time);
      CREATE VIRTUAL TABLE words USING fts5(message, content='records', content_rowid='position', tokenize='trigram')`)
  const insert = db.prepare(`INSERT INTO records VALUES (NULL${',?'.repeat(13)})`)
  const index = indexed ? db.prepare('INSERT INTO words(rowid, message) VALUES (?, ?)') : undefined
  let count = 0
  let ms = 0
  const before = process.cpuUsage()
  let parse = process.cpuUsage()
  let cpu = 0
  for await (const batch of batches()) {
    const from = performance.now()
    parse = process.cpuUsage()
    db.exec('BEGIN')
    for (const row of batch) {
      insert.run(...row)
      count++
      index?.run(count, row[9])
    }
    db.exec('COMMIT')
    ms += performance.now() - from
    const { user, system } = process.cpuUsage(parse)
    cpu += user + system
  }
  void before
  const result = {
    count,
    perSecond: (count / ms) * 1000,
    cpuUs: cpu / count,
    bytes: statSync(path).size,
    queries: {},
  }
  if (!indexed) return result
  const ask = (sql, ...values) => timed(() => db.prepare(sql).all(...values))
  result.queries = {
    last: await ask('SELECT * FROM records ORDER BY position DESC LIMIT 100'),
    serverLevel: await ask(
      "SELECT * FROM records WHERE server = 'postgres' AND level IN ('error','critical','alert','emergency') ORDER BY position DESC LIMIT 100",
    ),
    trace: await ask('SELECT * FROM records WHERE trace = ? ORDER BY position', needles.trace),
    call: await ask('SELECT * FROM records WHERE call = ? ORDER BY position', needles.call),
    substring: await ask(
      'SELECT r.* FROM words JOIN records r ON r.position = words.rowid WHERE words MATCH ? ORDER BY words.rowid DESC LIMIT 100',
      `"${needles.rare}"`,
    ),
    absent: await ask('SELECT count(*) FROM words WHERE words MATCH ?', '"zebra crossing 99x"'),
    short: await ask("SELECT * FROM records WHERE message LIKE '%ßq%' LIMIT 100"),
    histogram: await ask(
      'SELECT CAST(time / 600000 AS INTEGER) bucket, level, count(*) FROM records GROUP BY 1, 2',
    ),
  }
  return result
}

const duckdb = async () => {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const path = join(work, 'duck.db')
  const connection = await (await DuckDBInstance.create(path)).connect()
  const from = performance.now()
  await connection.run(
    `CREATE TABLE records AS SELECT id, time, server, level, message, "traceId" AS trace, call.id AS call, attributes FROM read_json('${source}/*.ndjson', format='newline_delimited', union_by_name=true, ignore_errors=true, maximum_object_size=33554432, columns={id:'VARCHAR',time:'DOUBLE',server:'VARCHAR',level:'VARCHAR',message:'VARCHAR',"traceId":'VARCHAR',call:'STRUCT(id VARCHAR)',attributes:'JSON'}) WHERE id IS NOT NULL`,
  )
  await connection.run('CHECKPOINT')
  const ms = performance.now() - from
  const rows = await connection.runAndReadAll('SELECT count(*) FROM records')
  const count = Number(rows.getRows()[0][0])
  const ask = (sql) => timed(() => connection.runAndReadAll(sql))
  return {
    count,
    perSecond: (count / ms) * 1000,
    bytes: statSync(path).size,
    queries: {
      last: await ask('SELECT * FROM records ORDER BY time DESC LIMIT 100'),
      serverLevel: await ask(
        "SELECT * FROM records WHERE server = 'postgres' AND level IN ('error','critical','alert','emergency') ORDER BY time DESC LIMIT 100",
      ),
      trace: await ask(`SELECT * FROM records WHERE trace = '${needles.trace}'`),
      call: await ask(`SELECT * FROM records WHERE call = '${needles.call}'`),
      substring: await ask(
        `SELECT * FROM records WHERE contains(lower(message), '${needles.rare}') LIMIT 100`,
      ),
      absent: await ask("SELECT count(*) FROM records WHERE contains(lower(message), 'zebra crossing 99x')"),
      short: await ask("SELECT * FROM records WHERE contains(lower(message), 'ßq') LIMIT 100"),
      histogram: await ask(
        'SELECT CAST(time / 600000 AS BIGINT), level, count(*) FROM records GROUP BY 1, 2',
      ),
    },
  }
}

const ripgrep = async () => {
  const rg = (...args) => {
    try {
      return execFileSync('rg', ['--no-filename', ...args, source], { encoding: 'utf8', maxBuffer: 1 << 30 })
    } catch (error) {
      // 1 says that nothing was found.
      if (error.status === 1) return ''
      throw error
    }
  }
  try {
    execFileSync('rg', ['--version'])
  } catch {
    return { missing: true, queries: {} }
  }
  return {
    bytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
    found: Number(rg('-c', '-F', needles.rare).trim() || 0),
    queries: {
      trace: await timed(() => rg('-F', needles.trace)),
      call: await timed(() => rg('-F', needles.call)),
      substring: await timed(() => rg('-i', '-F', needles.rare)),
      absent: await timed(() => rg('-i', '-F', 'zebra crossing 99x')),
      short: await timed(() => rg('-i', '-F', 'ßq')),
    },
  }
}

const KINDS = { bare: () => sqlite(false), fts5: () => sqlite(true), duckdb, ripgrep }
console.log(JSON.stringify(await KINDS[kind]()))
process.exit(0)
