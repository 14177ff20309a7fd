/** The records that tell how a run began and ended, and what is missing of it. */
import type { Attributes } from '../record/index.ts'
import type { Draft } from './draft.ts'
import type { Drops, PeerStart, ProcessStart, RunEnd, RunStart } from './types.ts'

/** Signals that ask a process to end; dying of one is no crash. */
const ASKED = new Set(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGPIPE'])
/** Exit codes by which shells and runtimes tell the same. */
const ASKED_CODES = new Set([0, 129, 130, 143])

const commandLine = (start: ProcessStart): string => [start.command, ...start.args].join(' ')

const peerDraft = (server: string, { transport, url }: PeerStart): Draft => ({
  source: 'lifecycle',
  level: 'info',
  message: `${server} connected${url === undefined ? '' : `: ${url}`} (${transport})`,
  attributes: { event: 'start', transport, ...(url === undefined ? {} : { url }) },
})

export const startDraft = (server: string, start: RunStart): Draft => {
  if ('transport' in start) return peerDraft(server, start)
  const attributes: Attributes = { event: 'start', command: start.command, args: [...start.args] }
  if (start.pid !== undefined) attributes.pid = start.pid
  if (start.cwd !== undefined) attributes.cwd = start.cwd
  return {
    source: 'lifecycle',
    level: 'info',
    message: `${server} started: ${commandLine(start)}`,
    attributes,
  }
}

export const exitDraft = (server: string, end: RunEnd, lostCalls: number): Draft => {
  const lost: Attributes = lostCalls === 0 ? {} : { lostCalls }
  if ('spawnError' in end) {
    return {
      source: 'lifecycle',
      level: 'error',
      message: `${server} did not start: ${end.spawnError}`,
      attributes: { event: 'exit', error: end.spawnError },
    }
  }
  if ('disconnected' in end) {
    return {
      source: 'lifecycle',
      level: 'info',
      message: `${server} disconnected`,
      attributes: { event: 'exit', disconnected: true, ...lost },
    }
  }
  if ('signal' in end) {
    return {
      source: 'lifecycle',
      level: ASKED.has(end.signal) ? 'info' : 'error',
      message: `${server} ${ASKED.has(end.signal) ? 'ended on' : 'was killed by'} ${end.signal}`,
      attributes: { event: 'exit', signal: end.signal, ...lost },
    }
  }
  const clean = ASKED_CODES.has(end.code)
  return {
    source: 'lifecycle',
    level: clean ? 'info' : 'error',
    message: `${server} ${clean ? 'exited' : 'crashed'} with code ${end.code}`,
    attributes: { event: 'exit', code: end.code, ...lost },
  }
}

const REASONS = {
  overflow: 'more arrived than could be read',
  budget: "the home's limit for journals was reached",
  write: 'the journal could not be written',
} as const

export const dropsDraft = (drops: Drops): Draft => {
  const attributes: Attributes = { event: 'drop', reason: drops.reason, records: drops.records }
  if (drops.bytes !== undefined) attributes.bytes = drops.bytes
  if (drops.levels !== undefined) attributes.levels = { ...drops.levels } as Attributes
  const what =
    drops.bytes === undefined
      ? `${drops.records} records`
      : `${drops.records} records and ${drops.bytes} bytes`
  return {
    source: 'lifecycle',
    level: 'warning',
    message: `dropped ${what}: ${REASONS[drops.reason]}`,
    attributes,
  }
}
