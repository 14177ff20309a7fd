/** 简体中文。 */
import type { Messages } from '../index.tsx'
import { app } from './app.ts'
import { ask } from './ask.ts'
import { call } from './call.ts'
import { calls } from './calls.ts'
import { facets } from './facets.ts'
import { histogram } from './histogram.ts'
import { keys } from './keys.ts'
import { parts } from './parts.ts'
import { patterns } from './patterns.ts'
import { record } from './record.ts'
import { servers } from './servers.ts'
import { status } from './status.ts'
import { stream } from './stream.ts'
import { tools } from './tools.ts'
import { welcome } from './welcome.ts'

export const zh: Messages = {
  app,
  ask,
  call,
  calls,
  facets,
  histogram,
  keys,
  parts,
  patterns,
  record,
  servers,
  status,
  stream,
  tools,
  welcome,
}
