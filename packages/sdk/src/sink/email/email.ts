/** Records as mail, by nodemailer (an optional peer). `encode.ts` has the mail. */
import { SinkError } from '../errors.ts'
import type { Sink } from '../types.ts'
import { encodeMail } from './encode.ts'
import { type EmailSinkOptions, readOptions } from './options.ts'
import { loadTransporter, sendMail } from './send.ts'

/**
 * Sends each batch as one mail, of text and HTML, and not more often than `minIntervalMs`: what comes sooner is asked for again when the
 * time is over. A mail server that is given up may have taken the mail all the same: then it comes twice. Put what deserves
 * a mail in front: `through([filter('level:>=critical')], emailSink(…))`, or an alert.
 * @throws LogboomError LB_SINK_OPTIONS naming the option that is not what it has to be; in an attempt, when nodemailer is missing
 * @throws SinkError (in an attempt): retryable when the server cannot be reached, is busy (4xx), the time is over, or it is too soon for
 * another mail (with `retryAfterMs`); final for a 5xx answer, a refused password among them; with no rejects when the server refused
 * only some of the receivers
 * @example emailSink({ smtp: 'smtps://user:password@mail.example.com', from: 'logs@example.com', to: 'ops@example.com' })
 */
export const emailSink = (options: EmailSinkOptions): Sink => {
  const settings = readOptions(options)
  let transporter: ReturnType<typeof loadTransporter> | undefined
  let next = Number.NEGATIVE_INFINITY
  return async (batch, context) => {
    const wait = next - settings.now()
    if (wait > 0)
      throw new SinkError('It is too soon for another mail', { retryable: true, retryAfterMs: wait })
    transporter ??= loadTransporter(settings)
    const loaded = await transporter
    const before = next
    next = settings.now() + settings.minIntervalMs
    try {
      await sendMail(encodeMail(batch, settings.subject), settings, loaded, context?.signal)
    } catch (error) {
      // A mail that was not taken does not keep the next one waiting.
      if (!(error instanceof SinkError && error.rejects !== undefined)) next = before
      throw error
    }
  }
}
