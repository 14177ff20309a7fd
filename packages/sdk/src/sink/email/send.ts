/** One mail by nodemailer, and what the mail server's answer means. */
import { LogboomError } from '../../errors/index.ts'
import { isObject } from '../../record/index.ts'
import { SinkError } from '../errors.ts'
import type { Mail } from './encode.ts'
import type { EmailSettings } from './options.ts'

/** What is used of nodemailer. */
interface Transporter {
  sendMail(mail: object): Promise<unknown>
}

/** Failures before the server has answered, which may be over the next time. */
const RETRYABLE = new Set([
  'ECONNECTION',
  'ETIMEDOUT',
  'ESOCKET',
  'EDNS',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'EABORT',
])

/** @throws LogboomError LB_SINK_OPTIONS when nodemailer is not installed */
export const loadTransporter = async (settings: EmailSettings): Promise<Transporter> => {
  let nodemailer: typeof import('nodemailer')
  try {
    nodemailer = await import('nodemailer')
  } catch (error) {
    throw new LogboomError(
      'LB_SINK_OPTIONS',
      'emailSink needs the package nodemailer, which is not installed',
      {
        hint: 'npm i nodemailer',
        cause: error,
      },
    )
  }
  return nodemailer.createTransport({ ...settings.transport })
}

/** What of a failure may be told: codes only. A server may repeat what it was sent, the password included. */
const failure = (error: unknown, host: string): SinkError => {
  const { code, responseCode } = isObject(error) ? error : {}
  const status = typeof responseCode === 'number' ? responseCode : undefined
  const name = typeof code === 'string' ? code : 'no reason given'
  const retryable = status === undefined ? RETRYABLE.has(name) : status >= 400 && status < 500
  const told = status === undefined ? name : `answered ${status} (${name})`
  return new SinkError(`The mail server at ${host}: ${told}`, { retryable })
}

/** Sends once; resolves when the server has taken the mail for at least one of its receivers. @throws SinkError */
export const sendMail = async (
  mail: Mail,
  settings: EmailSettings,
  transporter: Transporter,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const { host, timeoutMs, from, to } = settings
  const timeout = AbortSignal.timeout(timeoutMs)
  const ending = signal === undefined ? timeout : AbortSignal.any([timeout, signal])
  let stop: (() => void) | undefined
  const stopped = new Promise<never>((_, reject) => {
    stop = () =>
      reject(
        new SinkError(
          `The mail server at ${host}: ${timeout.aborted ? `no answer in ${timeoutMs} ms` : 'nobody waits any more'}`,
          { retryable: true },
        ),
      )
    if (ending.aborted) stop()
    else ending.addEventListener('abort', stop)
  })
  // Text from outside must never name a file or an address to fetch.
  const message = { ...mail, from, to, signal: ending, disableFileAccess: true, disableUrlAccess: true }
  const sent = transporter.sendMail(message).catch((error: unknown) => Promise.reject(failure(error, host)))
  sent.catch(() => undefined)
  try {
    const info = await Promise.race([sent, stopped])
    const rejected = isObject(info) && Array.isArray(info.rejected) ? info.rejected.length : 0
    // The records are delivered; that somebody does not get them is told, and counts against none.
    if (rejected > 0)
      throw new SinkError(`The mail server at ${host}: ${rejected} of ${to.length} receivers refused`, {
        rejects: [],
      })
  } finally {
    if (stop !== undefined) ending.removeEventListener('abort', stop)
  }
}
