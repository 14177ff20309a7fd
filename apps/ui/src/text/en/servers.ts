import type { Era } from '../../servers/eras.ts'

/** Servers and their runs. */
export const servers = {
  alive: 'alive',
  ended: 'not running',
  runs: (count: string, n: number) => (n === 1 ? '1 run' : `${count} runs`),
  lastSeen: 'last seen',
  errors: 'Errors',
  records: (count: string, n: number) => (n === 1 ? '1 record' : `${count} records`),
  clients: 'called by',
  protocols: 'protocol',
  versions: 'version',
  capabilities: 'can',
  eras: { legacy: '(legacy era)', modern: '(modern era)' } satisfies Record<Era, string> as Record<
    Era,
    string
  >,
  untold: 'not told',
  failedHandshake: 'It did not come to an understanding with its client:',
  itsStderr: 'What it wrote on stderr',
  strays: (count: string, n: number) =>
    `${n === 1 ? '1 line on stdout is' : `${count} lines on stdout are`} no protocol: stdout belongs to the protocol, logs go to stderr.`,
  showStrays: 'Show them',
  deprecated: 'Deprecated and in use:',
  deprecations: {
    'protocol logging': 'since 2026-07-28, servers log to stderr or OpenTelemetry.',
    'logging/setLevel': 'since 2026-07-28, clients ask for a level with each request.',
    'HTTP+SSE': 'Streamable HTTP took its place in 2025-03-26.',
  } as Readonly<Record<string, string>>,
  where: 'Where',
  dropped: (count: string, reason: string) => `${count} records were dropped: ${reason}`,
  exits: 'Last words',
  showBefore: 'Show what came before',
  runList: 'Runs',
  run: 'Run',
  started: 'First record',
  lasted: 'Lasted',
  recordsColumn: 'Records',
  spoke: 'Protocol',
  exit: 'End',
  noExit: 'no end was recorded',
  moreRuns: (shown: number) => `The ${shown} that were seen last. A time range shows others.`,
  noneMatch: 'No server has records that match what is asked.',
  noneYet: 'No server was captured yet.',
  askAll: 'Ask for everything',
  howTo: 'Capture a first server',
}
