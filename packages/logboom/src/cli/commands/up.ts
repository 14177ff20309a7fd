/** `logboom up`: the hub, until it is told to end. */
import { startHub } from '../../hub.ts'
import { homeDirectory, openBrowser } from '../../platform/index.ts'
import type { Context } from '../context.ts'
import { DEFAULT_HOST, demoOf, hubProgram } from '../hub-program.ts'
import { DEFAULT_PORT } from '../port.ts'
import { parseSize } from '../size.ts'
import { parseSpan } from '../time.ts'

export interface UpOptions {
  home?: string
  host?: string
  port?: number
  maxSize?: string
  maxAge?: string
  open?: boolean
}

/** How long an orderly end may take, in milliseconds. */
const END_MS = 10_000

export const run = async (options: UpOptions, context: Context): Promise<void> => {
  const { env, out, signal } = context
  const home = homeDirectory({ env, ...(options.home === undefined ? {} : { flag: options.home }) })
  const token = env.LOGBOOM_TOKEN
  const told = new AbortController()
  const onTerm = (): void => told.abort()
  // Once: who says it again means it, and Node's own handling ends the process.
  process.once('SIGTERM', onTerm)
  try {
    const hub = await startHub({
      home,
      host: options.host ?? DEFAULT_HOST,
      port: options.port ?? DEFAULT_PORT,
      ...(token === undefined || token === '' ? {} : { token }),
      ...limitsOf(options),
      ...hubProgram(context),
      demo: demoOf(home),
    })
    try {
      await out.write(`Logboom is at ${hub.url}, with the records of ${home}\n`)
      if (options.open === true) openBrowser(hub.url)
      await Promise.race([hub.ended, aborted(AbortSignal.any([signal, told.signal]))])
    } finally {
      // What hangs must not keep a process that was told to end. The store needs no orderly end.
      setTimeout(() => process.exit(), END_MS).unref()
      await hub.close()
    }
  } finally {
    process.off('SIGTERM', onTerm)
  }
}

const limitsOf = ({ maxSize, maxAge }: UpOptions): { maxBytes?: number; maxAge?: number } => ({
  ...(maxSize === undefined ? {} : { maxBytes: parseSize(maxSize, '--max-size') }),
  ...(maxAge === undefined ? {} : { maxAge: parseSpan(maxAge, '--max-age') }),
})

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
