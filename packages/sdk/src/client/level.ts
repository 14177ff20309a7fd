/** Level control of one server, right for its era. */
import type { Level } from '../record/index.ts'
import { type Capture, captureOf, type SetLevelOptions, type SetLevelResult } from './capture/index.ts'

/**
 * Asks a server for logs of this level and above. A legacy server gets `logging/setLevel`, if it has the capability, and
 * `timeoutMs` to answer; of a modern one, every later request of this connection asks. What the client itself asked for stays
 * what the client gets. Never throws; the result says what came of it.
 * @param target a client that is connected over a captured transport, such a transport, or its capture
 * @example
 * const set = await setLevel(client, 'warning')
 * if (!set.ok) console.error(set.message)
 */
export const setLevel = async (
  target: object,
  level: Level,
  options: SetLevelOptions = {},
): Promise<SetLevelResult> => {
  const capture = isCapture(target) ? target : captureOf(target)
  if (capture !== undefined) return capture.setLevel(level, options)
  return {
    ok: false,
    reason: 'not_captured',
    message: 'the client is not connected over a captured transport: use connect, or observe its transport',
  }
}

const isCapture = (target: object): target is Capture => 'setLevel' in target && 'facts' in target
