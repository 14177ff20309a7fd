/** Which level a client gets: its session's `logging/setLevel`, or what a modern request asks for, else the server's. */
import { LEVELS, type Level } from '../record/index.ts'

const INVALID_PARAMS = -32602

/** What a session set; by its transport, so that it goes when the session goes. */
export interface SessionLevels {
  get(transport: object | undefined): Level | undefined
  set(transport: object | undefined, level: Level): void
}

export const createSessionLevels = (): SessionLevels => {
  const levels = new WeakMap<object, Level>()
  return {
    get: (transport) => (transport === undefined ? undefined : levels.get(transport)),
    set(transport, level) {
      if (transport !== undefined) levels.set(transport, level)
    },
  }
}

/** One of the eight names; nothing else is a level on the wire. */
export const wireLevel = (value: unknown): Level | undefined => LEVELS.find((level) => level === value)

/** The level of `logging/setLevel`; throws JSON-RPC's error for invalid params. */
export const requestedLevel = (value: unknown): Level => {
  const level = wireLevel(value)
  if (level !== undefined) return level
  throw Object.assign(new Error(`Invalid level: use one of ${LEVELS.join(', ')}`), { code: INVALID_PARAMS })
}
