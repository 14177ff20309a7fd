/**
 * Long answers through a pager, where a person sits at a terminal: `$LOGBOOM_PAGER`, else `$PAGER`, else `less -FRX`, which
 * ends by itself when the answer fits the screen. An empty one, or `cat`, means none.
 */
import { type Pager, startPager } from '../platform/index.ts'
import type { Context, StopReason } from './context.ts'

export interface PagingOptions {
  /** `--no-pager` is false. */
  pager?: boolean
}

const DEFAULT_PAGER = 'less -FRX'

/** The pager to use; none when nobody sits there, or none is wanted. */
export const pagerCommand = (
  options: PagingOptions,
  { env, interactive }: Pick<Context, 'env' | 'interactive'>,
): string | undefined => {
  if (!interactive || options.pager === false || env.TERM === 'dumb') return undefined
  const command = (env.LOGBOOM_PAGER ?? env.PAGER ?? DEFAULT_PAGER).trim()
  return command === '' || command === 'cat' ? undefined : command
}

/**
 * Runs `use` with a context whose output goes through a pager, if there is one to use; it starts with the first thing
 * printed. Resolves when the person has left it; leaving early ends the work as a closed pipe does.
 */
export const withPager = async (
  options: PagingOptions,
  context: Context,
  use: (context: Context) => Promise<void>,
): Promise<void> => {
  const command = pagerCommand(options, context)
  if (command === undefined) return use(context)
  const left = new AbortController()
  let pager: Pager | undefined
  /** What could not be paged is printed as it is. */
  let plain: Promise<void> | undefined

  const start = (): Pager => {
    const started = startPager(command, context.env)
    plain = undefined
    void started.ended.then(({ started: ran, unread }) => {
      if (ran) left.abort('pipe' satisfies StopReason)
      else plain = context.out.write(unread)
    })
    return started
  }

  const write = async (text: string): Promise<void> => {
    pager ??= start()
    if (plain !== undefined) return plain.then(() => context.out.write(text))
    await pager.write(text)
  }

  try {
    await use({
      ...context,
      out: { ...context.out, write },
      signal: AbortSignal.any([context.signal, left.signal]),
    })
  } finally {
    pager?.end()
    const ending = await pager?.ended
    await plain
    if (ending?.started === false)
      context.note(`The pager '${command}' could not be run; set LOGBOOM_PAGER, or give --no-pager.`)
  }
}
