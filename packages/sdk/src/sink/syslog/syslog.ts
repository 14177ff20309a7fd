/** Records to a syslog receiver: RFC 5424 over UDP, TCP or TLS. `encode.ts` has the message. */
import type { Sink } from '../types.ts'
import { createDatagrams } from './datagrams.ts'
import { encodeMessage } from './encode.ts'
import { readOptions, type SyslogSinkOptions } from './options.ts'
import { createStream } from './stream.ts'

/**
 * Sends each record as one RFC 5424 message. Syslog has no answers: over UDP a record counts as delivered when it was sent, over TCP
 * and TLS when the operating system has its batch, which a connection that breaks then can still lose. A batch that is sent again
 * after a break may arrive twice, with the same `id`.
 * @throws LogboomError LB_SINK_OPTIONS naming the option that is not what it has to be
 * @throws SinkError (in an attempt): retryable when the receiver cannot be reached, the connection breaks or the time is over; final when
 * a certificate is refused, on either side; for UDP with `rejects`, final for a datagram that the network does not carry
 * @example syslogSink({ host: 'logs.example.com', protocol: 'tls', facility: 'local0' })
 */
export const syslogSink = (options: SyslogSinkOptions = {}): Sink => {
  const settings = readOptions(options)
  const wire = settings.protocol === 'udp' ? createDatagrams(settings) : createStream(settings)
  const sink: Sink = (batch, context) =>
    wire.send(
      batch.map((record) => encodeMessage(record, settings.message)),
      context?.signal,
    )
  return Object.assign(sink, { close: (timeoutMs: number) => wire.close(timeoutMs) })
}
