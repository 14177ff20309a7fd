/** A mail server for tests: smtp-server on a free port of the loopback, which answers as it is told. */
import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

export interface SmtpAnswer {
  /** The reply to the data of a mail; none: 250. */
  status?: number
  /** Says nothing when the data has come. */
  silent?: boolean
  delayMs?: number
  /** Receivers that are refused. */
  refuse?: readonly string[]
}

export interface FakeSmtp {
  url: string
  port: number
  mails: readonly ParsedMail[]
  answer(answer: SmtpAnswer): void
  close(): Promise<void>
}

const refusal = (status: number): Error => Object.assign(new Error('no'), { responseCode: status })

export const fakeSmtp = async (login?: { user: string; pass: string }): Promise<FakeSmtp> => {
  const mails: ParsedMail[] = []
  const timers = new Set<NodeJS.Timeout>()
  let answer: SmtpAnswer = {}
  const server = new SMTPServer({
    authOptional: login === undefined,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 1,
    onAuth: ({ username, password }, _, done) =>
      username === login?.user && password === login?.pass
        ? done(null, { user: username })
        : done(Object.assign(new Error(`no: ${username} ${password}`), { responseCode: 535 })),
    onRcptTo: ({ address }, _, done) => (answer.refuse?.includes(address) ? done(refusal(550)) : done()),
    onData: (stream, _, done) => {
      const { status = 250, silent, delayMs = 0 } = answer
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (silent) return
        const timer = setTimeout(() => {
          timers.delete(timer)
          if (status !== 250) return done(refusal(status))
          void simpleParser(Buffer.concat(chunks)).then((mail) => {
            mails.push(mail)
            done()
          }, done)
        }, delayMs)
        timers.add(timer)
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    mails,
    answer: (next) => {
      answer = next
    },
    close: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearTimeout(timer)
        server.close(() => resolve())
      }),
  }
}
