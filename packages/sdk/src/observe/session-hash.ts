/** The protocol's session id as records carry it: who reads records must not be able to use the session. */
import { createHash } from 'node:crypto'

export const sessionHash = (session: string): string =>
  createHash('sha256').update(session).digest('hex').slice(0, 16)
