/**
 * A real rsyslogd with a configuration, a pid file and a directory of its own. It writes what it understood of every
 * message as one line of JSON.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitFor, within } from '../kit/wait.ts'

/** What rsyslog understood of a message. */
export interface Understood {
  pri: string
  facility: string
  severity: string
  version: string
  time: string
  hostname: string
  appName: string
  procId: string
  msgId: string
  data: string
  text: string
}

export interface Rsyslog {
  tcp: number
  udp: number
  tls: number
  lines(): Understood[]
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/** Why the suite cannot run here; undefined when it can. */
export const missing = (): string | undefined => {
  const { status, error } = spawnSync('rsyslogd', ['-v'], { stdio: 'ignore' })
  return error === undefined && status === 0
    ? undefined
    : 'rsyslogd is not installed: apt-get install rsyslog rsyslog-gnutls'
}

const freeTcp = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

const freeUdp = (): Promise<number> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1', () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.once('connect', () => socket.destroy())
    socket.once('error', () => resolve(false))
  })

const FIELDS = {
  pri: 'pri',
  facility: 'syslogfacility-text',
  severity: 'syslogseverity-text',
  version: 'protocol-version',
  time: 'timestamp',
  hostname: 'hostname',
  appName: 'app-name',
  procId: 'procid',
  msgId: 'msgid',
  data: 'structured-data',
  text: 'msg',
}

const template = Object.entries(FIELDS)
  .map(([name, property], index) => {
    const date = name === 'time' ? ' dateFormat="rfc3339"' : ''
    return `constant(value="${index === 0 ? '{' : ','}\\"${name}\\":\\"") property(name="${property}" format="json"${date}) constant(value="\\"")`
  })
  .join(' ')

export const startRsyslog = async (files: { ca: string; cert: string; key: string }): Promise<Rsyslog> => {
  const home = mkdtempSync(join(tmpdir(), 'logboom-rsyslog-'))
  const at = (name: string): string => join(home, name)
  const [tcp, tls, udp] = [await freeTcp(), await freeTcp(), await freeUdp()]
  for (const [name, text] of Object.entries(files)) writeFileSync(at(`${name}.pem`), text)
  writeFileSync(
    at('rsyslog.conf'),
    `global(workDirectory="${home}" net.enableDNS="off"
  defaultNetstreamDriverCAFile="${at('ca.pem')}" defaultNetstreamDriverCertFile="${at('cert.pem')}"
  defaultNetstreamDriverKeyFile="${at('key.pem')}" parser.escapeControlCharactersOnReceive="off")
module(load="imtcp")
module(load="imudp")
template(name="understood" type="list") { ${template} constant(value="}\\n") }
ruleset(name="sent") { action(type="omfile" file="${at('out.ndjson')}" template="understood") }
input(type="imtcp" address="127.0.0.1" port="${tcp}" ruleset="sent")
input(type="imtcp" address="127.0.0.1" port="${tls}" ruleset="sent" streamDriver.name="gtls" streamDriver.mode="1"
  streamDriver.authMode="anon")
input(type="imudp" address="127.0.0.1" port="${udp}" ruleset="sent" ratelimit.interval="0")
`,
  )
  let child: ChildProcess | undefined
  let said = ''

  const start = async (): Promise<void> => {
    const started = spawn('rsyslogd', ['-n', '-f', at('rsyslog.conf'), '-i', at('pid')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = started
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
    await waitFor('rsyslogd to listen', async () => {
      if (started.exitCode !== null) throw new Error(`rsyslogd ended (${started.exitCode}): ${said}`)
      return (await listens(tcp)) && (await listens(tls))
    })
  }

  const stop = async (): Promise<void> => {
    const stopping = child
    child = undefined
    if (stopping === undefined || stopping.exitCode !== null) return
    const ended = new Promise((resolve) => stopping.once('exit', resolve))
    stopping.kill('SIGTERM')
    await within('rsyslogd to end', ended, 10_000)
  }

  await start()
  return {
    ...{ tcp, udp, tls, start, stop },
    lines: () =>
      (existsSync(at('out.ndjson')) ? readFileSync(at('out.ndjson'), 'utf8') : '')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    close: async () => {
      await stop()
      rmSync(home, { recursive: true })
    },
  }
}
