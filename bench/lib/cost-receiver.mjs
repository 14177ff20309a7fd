// What takes in everything that sinks send, in a process of its own so that its work is nobody's cost: an HTTP server that says what each
// vendor says when all is well, a TCP server and a mail server that read and forget. Prints their ports as JSON; ends with its stdin.
import { createServer } from 'node:http'
import { createServer as createSocket } from 'node:net'
import process from 'node:process'
import { createGunzip } from 'node:zlib'
import { SMTPServer } from 'smtp-server'

/** By the beginning of the path. */
const ANSWERS = [
  ['/services/collector', 200, '{"text":"Success","code":0}'],
  ['/api/v2/logs', 202, '{}'],
  ['/loki/api/v1/push', 204, ''],
  ['/', 200, '{}'],
]

/** What was asked and how much: an item for every record, two lines each. */
const bulkAnswer = (lines) =>
  JSON.stringify({ took: 1, errors: false, items: Array(lines / 2).fill({ create: { status: 201 } }) })

const http = createServer((request, response) => {
  const [, status, body] = ANSWERS.find(([path]) => request.url.includes(path)) ?? [0, 200, '{}']
  const isBulk = request.url.includes('/_bulk')
  let lines = 0
  const text =
    isBulk && request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request
  text.on('data', (chunk) => {
    if (isBulk) for (const byte of chunk) if (byte === 10) lines += 1
  })
  text.on('end', () =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(isBulk ? bulkAnswer(lines) : body),
  )
})
const tcp = createSocket((socket) => socket.resume().on('error', () => socket.destroy()))
/** Takes every mail and forgets it. */
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData: (stream, _, done) => stream.resume().on('end', () => done()),
}).server
const listen = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)))
process.stdout.write(
  `${JSON.stringify({ http: await listen(http), tcp: await listen(tcp), smtp: await listen(smtp) })}\n`,
)
process.stdin.resume().on('end', () => process.exit(0))
