/** Where mail goes and how: what `emailSink` takes, checked, with its defaults. */
import { checkOptions, type Kind, kinds, optional } from '../../errors/options.ts'

export interface EmailSinkOptions {
  /** Who gets the mail: one address or several. */
  to: string | readonly string[]
  /** Whose mail it is. */
  from: string
  /** The mail server: `smtp://user:password@host:port`, `smtps://…`, or the options of a nodemailer transport. */
  smtp: string | Readonly<Record<string, unknown>>
  /** The subject of every mail. @default what the batch says: an alert's name, or the most severe record */
  subject?: string
  /**
   * Milliseconds between two mails at least; what comes sooner waits in the queue in front. 0: no limit.
   * @default 60_000
   */
  minIntervalMs?: number
  /** Milliseconds for one attempt. @default 30_000 */
  timeoutMs?: number
  /** Clock, milliseconds. @default performance.now */
  now?: () => number
}

export interface EmailSettings {
  to: string[]
  from: string
  /** As nodemailer takes it. */
  transport: Record<string, unknown>
  /** The mail server in words, without user and password. */
  host: string
  subject: string | undefined
  minIntervalMs: number
  timeoutMs: number
  now: () => number
}

const isAddress = (value: unknown): boolean =>
  typeof value === 'string' && value.includes('@') && !/[\r\n]/.test(value)

const address: Kind = { words: 'a mail address', holds: isAddress }
const isSmtpUrl = (value: string): boolean => /^smtps?:\/\//i.test(value) && URL.canParse(value)

const hostOf = (smtp: EmailSinkOptions['smtp']): string => {
  if (typeof smtp === 'string') return new URL(smtp).host
  return typeof smtp.host === 'string' ? smtp.host : 'its transport'
}

/** @throws LogboomError LB_SINK_OPTIONS naming the option; what is in it may be a password, and is never told */
export const readOptions = (options: EmailSinkOptions): EmailSettings => {
  checkOptions('emailSink', options, {
    to: {
      words: 'a mail address, or a list of some',
      holds: (value) =>
        isAddress(value) || (Array.isArray(value) && value.length > 0 && value.every(isAddress)),
    },
    from: address,
    smtp: {
      words: 'an smtp:// or smtps:// address, or the options of a nodemailer transport',
      holds: (value) => (typeof value === 'string' ? isSmtpUrl(value) : kinds.table.holds(value)),
    },
    subject: optional(kinds.text),
    minIntervalMs: optional({
      words: 'a number from 0',
      holds: (value) => value === 0 || kinds.positive.holds(value),
    }),
    timeoutMs: optional(kinds.positive),
    now: optional(kinds.callback),
  })
  const { to, smtp, timeoutMs = 30_000 } = options
  return {
    to: typeof to === 'string' ? [to] : [...to],
    from: options.from,
    transport: {
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      ...(typeof smtp === 'string' ? { url: smtp } : smtp),
    },
    host: hostOf(smtp),
    subject: options.subject,
    minIntervalMs: options.minIntervalMs ?? 60_000,
    timeoutMs,
    now: options.now ?? (() => performance.now()),
  }
}
