/** The bottom line. */
export const status = {
  servers: (all: string, alive: string, n: number) =>
    `${all} ${n === 1 ? 'server' : 'servers'}, ${alive} alive`,
  sum: (captured: string, stored: string, queued: string, dropped: string) =>
    `captured ${captured} = stored ${stored} + queued ${queued} + dropped ${dropped}`,
  atRisk: (records: string) => `at risk now ${records}`,
  lag: (time: string) => `storing ${time} behind`,
  store: (size: string) => `store ${size}`,
  hub: (version: string) => `hub ${version}`,
  offline: 'The hub does not answer',
  failed: 'The hub says:',
  numbersOf: (time: string) => `numbers of ${time}`,
  failing: 'Nothing can be stored:',
  failingAdvice:
    'Free some space, or look at the rights of its home. Servers go on; what they log waits in the journals.',
  title: 'Where every record is',
  captured: 'captured',
  capturedAbout: 'all of the above',
  stored: 'stored',
  storedAbout: 'in the store, and found by every question',
  queued: 'queued',
  queuedAbout: (size: string) => `at risk: written to a journal (${size}), not yet stored`,
  dropped: 'dropped',
  droppedAbout: 'gone, and never without a count',
  reasons: {
    retention: 'older than the store keeps, or beyond its size',
    disk: 'given up for room on a full disk',
    damage: 'in a file that can no longer be read',
    overflow: 'more arrived than could be read',
    budget: 'the limit for journals was reached',
    write: 'the journal could not be written',
    unknown: 'missing numbers that nothing explains',
  } as Readonly<Record<string, string>>,
  unknowable:
    'What a capture holds in memory is not in these numbers: only it knows, until it is written a moment later. If it is killed first, the missing numbers are counted as unknown.',
}
