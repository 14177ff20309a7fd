/**
 * What the app prints of a call that failed: the logs of exactly this call, as `collect` gathered them, and how to see what
 * it did in every server.
 *
 *       forecast failed: {"status":422,"message":"model.predict: need 6 points, have 2"}
 *       What was logged for this call:
 *         14:02:11.021 ▲ warning   api-gateway ~ forecast [stderr] request failed  status=422
 *       Its way through every server: npx logboom query --home .demo trace:4bf92f3577b34da6a3ce929d0e0e4736
 */
import { createStreamRenderer, type RenderOptions, visible } from '../cli/render/index.ts'
import { quote } from './next-steps.ts'
import type { FailedCall } from './workflow.ts'

export interface FailedCallOptions extends RenderOptions {
  home: string
  /** How the user types this program. */
  program: string
}

const INDENT = '    '

export const renderFailedCall = (
  { tool, reason, traceId, records }: FailedCall,
  { home, program, ...options }: FailedCallOptions,
): string => {
  const render = createStreamRenderer({
    ...options,
    ...(options.width === undefined ? {} : { width: options.width - 2 * INDENT.length }),
  })
  const logs = records.flatMap((record) => render(record).split('\n')).map((line) => `${INDENT}${line}`)
  return [
    `${visible(tool)} failed: ${visible(reason)}`,
    records.length === 0 ? 'Nothing was logged for this call.' : 'What was logged for this call:',
    ...logs,
    `Its way through every server: ${program} query --home ${quote(home)} trace:${traceId}`,
  ]
    .map((line) => `${INDENT}${line}`)
    .join('\n')
}
