/** Where the hub listens. */
import { LogboomError } from '@logboom/sdk/errors'

export const DEFAULT_PORT = 7400

/** @throws LogboomError LB_USAGE */
export const portNumber = (value: string): number => {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value)
  throw new LogboomError('LB_USAGE', `--port needs a number from 0 to 65535, not '${value}'`, {
    hint: `Leave it out for ${DEFAULT_PORT}; 0 takes any free one.`,
  })
}
