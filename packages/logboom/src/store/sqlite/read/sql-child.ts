/**
 * What runs in the process that answers a SQL statement: unites the files in a view `records`, runs the statement, prints the
 * rows. It is handed over as text, so it must not name anything of this module or of any other.
 */

/** What the process gets on stdin. */
export interface SqlJob {
  /** The module of SQLite. */
  driver: string
  /** Files, oldest first. */
  files: string[]
  statement: string
  maxRows: number
  /** Which of what is large the statement asks for. */
  message: boolean
  body: boolean
}

/** What it prints. */
export type SqlAnswer =
  | { columns: string[]; rows: (string | number | null)[][]; cut: boolean }
  | { error: string }

export const sqlChild = (): void => {
  // Not `require`: a bundler would replace it by a function of its own.
  const load = process.getBuiltinModule('node:module').createRequire(process.execPath)
  const job = JSON.parse(process.getBuiltinModule('node:fs').readFileSync(0, 'utf8')) as SqlJob
  const { DatabaseSync } = load(job.driver)
  /** SQLite attaches ten files to the first; what is older is copied, as far as it is asked for. */
  const attached = job.files.slice(-10)
  const copied = job.files.slice(0, -10)
  let answer: SqlAnswer
  try {
    const newest = attached.at(-1)
    const db = new DatabaseSync(newest ?? ':memory:', { readOnly: newest !== undefined })
    const series = [
      ...['level', 'server', 'run', 'source', 'logger', 'serverVersion', 'protocol', 'host', 'session'].map(
        (name) => [name, name],
      ),
      ['client', 'client.name'],
      ['clientVersion', 'client.version'],
      ['method', 'call.method'],
      ['tool', 'call.tool'],
      ['status', 'call.status'],
      ['attribution', 'call.attribution'],
      ['"from"', 'call.from'],
    ]
    const body = [
      ...['id', 'seq', 'traceId', 'spanId', 'redacted', 'truncated'].map((name) => [name, name]),
      ['call', 'call.id'],
      ['request', 'call.requestId'],
      ['duration', 'call.durationMs'],
    ]
    const names = series.map(([name]) => name).join(', ')
    const read = series.map(([, path]) => `json ->> '$.${path}'`).join(', ')
    const columns = [
      'position',
      'time',
      `coalesce(r.body ->> '$.observed', time) AS observed`,
      ...series.map(([name]) => `s.${name}`),
      // As its column has it: SQLite's texts have no NUL and no half of a surrogate pair.
      'message',
      `coalesce(r.body -> '$.attributes', '{}') AS attributes`,
      ...body.map(([name, path]) => `r.body ->> '$.${path}' AS ${name}`),
    ].join(', ')
    const parts = [`SELECT ${columns} FROM temp.older r JOIN temp.older_series s ON s.id = r.series`]
    db.exec(`CREATE TEMP TABLE older (position INTEGER PRIMARY KEY, series INTEGER, time REAL, message TEXT, body TEXT);
      CREATE TEMP TABLE older_series (id INTEGER PRIMARY KEY, ${names})`)
    for (const [index, path] of copied.entries()) {
      // Series are numbered within their file.
      const base = index * 1e9
      db.prepare('ATTACH ? AS source').run(path)
      db.exec(`INSERT INTO temp.older_series SELECT id + ${base}, ${read} FROM source.series;
        INSERT INTO temp.older SELECT position, series + ${base}, time, ${job.message ? 'message' : 'NULL'},
          ${job.body ? 'body' : 'NULL'} FROM source.records;
        DETACH source`)
    }
    for (const [index, path] of attached.entries()) {
      const last = index === attached.length - 1
      const schema = last ? 'main' : `file${index}`
      if (!last) db.prepare(`ATTACH ? AS ${schema}`).run(path)
      db.exec(`CREATE TEMP TABLE series${index} (id INTEGER PRIMARY KEY, ${names});
        INSERT INTO temp.series${index} SELECT id, ${read} FROM ${schema}.series`)
      parts.push(`SELECT ${columns} FROM ${schema}.records r JOIN temp.series${index} s ON s.id = r.series`)
    }
    db.exec(`CREATE TEMP VIEW records AS ${parts.join(' UNION ALL ')}; PRAGMA query_only = 1`)
    const statement = db.prepare(job.statement)
    const titles = statement.columns().map((column: { name: string }) => column.name)
    statement.setReturnArrays(true)
    const rows: (string | number | null)[][] = []
    let cut = false
    for (const row of statement.iterate()) {
      cut = rows.length >= job.maxRows
      if (cut) break
      rows.push(
        row.map((value: unknown) =>
          value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
        ),
      )
    }
    answer = { columns: titles, rows, cut }
  } catch (error) {
    answer = { error: error instanceof Error ? error.message : String(error) }
  }
  process.stdout.write(JSON.stringify(answer))
}
