/** What tests of sinks that send over HTTP share. */
import { inspect } from 'node:util'
import { Ajv } from 'ajv'
import type { LogRecord } from '../record/index.ts'
import { type Sink, SinkError } from '../sink/index.ts'
import type { Behaviour, SinkFake } from './check-sink.ts'
import type { FakeHttp, HttpScripted } from './fake-http.ts'

/** Throws for a value that is not of the schema. */
export const schemaCheck = (schema: object): ((value: unknown) => void) => {
  const validate = new Ajv({ allErrors: true, strictTuples: false }).compile(schema)
  return (value) => {
    if (!validate(value)) throw new Error(JSON.stringify(validate.errors))
  }
}

const SCRIPTS: Readonly<Record<Exclude<Behaviour, 'partial'>, HttpScripted | undefined>> = {
  ok: undefined,
  transient: { status: 503 },
  permanent: { status: 403 },
  slow: { delayMs: 30 },
  hanging: { silent: true },
}

/** A receiver for `checkSink`. */
export const behaving = (
  http: FakeHttp,
  taken: readonly number[],
  partial: () => void = () => http.script(undefined, { status: 400 }),
): SinkFake & { http: FakeHttp } => ({
  http,
  behave: (behaviour) => (behaviour === 'partial' ? partial() : http.otherwise(SCRIPTS[behaviour])),
  taken: () => [...taken],
  close: async () => {
    await http.close()
    if (http.problems.length > 0) throw new Error(http.problems.join('\n'))
  },
})

/** What an attempt threw, which has to be a `SinkError`; fails when it threw nothing. */
export const failure = async (
  sink: Sink,
  batch: readonly LogRecord[],
  signal?: AbortSignal,
): Promise<SinkError> => {
  try {
    await sink(batch, signal === undefined ? {} : { signal })
  } catch (error) {
    if (error instanceof SinkError) return error
    throw new Error(`not a SinkError: ${String(error)}`)
  }
  throw new Error('the attempt succeeded')
}

/** All that can be seen of a sink and of how it fails: for what must not be in it. */
export const seenOf = async (http: FakeHttp, sink: Sink, batch: readonly LogRecord[]): Promise<string> => {
  const show = (value: unknown): string =>
    inspect(value, { depth: 10, showHidden: true, getters: true }) +
    (value instanceof Error ? `${value.stack}${JSON.stringify(value)}` : '')
  const seen = [show(sink)]
  for (const answer of [{ status: 401 }, { status: 503 }, { status: 307 }, { silent: 'cut' as const }]) {
    http.script(answer)
    seen.push(show(await failure(sink, batch)))
  }
  await http.close()
  seen.push(show(await failure(sink, batch)))
  return seen.join('\n')
}
