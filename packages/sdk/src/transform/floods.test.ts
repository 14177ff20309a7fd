/** The law of the account, for every transform and any composition: what comes in or is made is passed on or left out, and told. */
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { type AmbiguousCall, LEVELS, type LogRecord, type NamedCall } from '../record/index.ts'
import { makeRecord } from '../testing/index.ts'
import {
  type AnyTransform,
  dedupe,
  enrich,
  filter,
  type Selector,
  type Stage,
  sample,
  type Transform,
  throttle,
} from './index.ts'
import { createPipeline } from './pipeline.ts'

vi.setConfig({ testTimeout: 60_000 })

const deepFreeze = <Value>(value: Value): Value => {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) deepFreeze(part)
  return Object.freeze(value)
}

const call = (n: number): NamedCall => ({
  id: `0199c0de-0000-7000-8000-${String(n).padStart(12, '0')}`,
  method: 'tools/call',
  tool: 'search',
  requestId: n,
  from: 'client',
  attribution: 'exact',
})

const AMBIGUOUS: AmbiguousCall = { attribution: 'ambiguous', candidates: ['a', 'b'] }

const callOfRecord = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.nat(5).map((n) => ({ call: call(n) })) },
  {
    weight: 1,
    arbitrary: fc.constant({ call: AMBIGUOUS }),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(5), fc.constantFrom('started' as const, 'ok' as const, 'tool_error' as const))
      .map(([n, status]) => ({ source: 'call' as const, call: { ...call(n), status } })),
  },
)

/** What a flood is made of: few kinds of records, many times, some of them large or odd. */
const fields: fc.Arbitrary<Partial<LogRecord>> = fc
  .tuple(
    fc.record(
      {
        level: fc.constantFrom(...LEVELS),
        server: fc.constantFrom('a', 'b', 'c'),
        source: fc.constantFrom('message' as const, 'stderr' as const, 'lifecycle' as const),
        message: fc.constantFrom('retry 1 of 5', 'retry 2 of 5', 'ready', '', 'x'.repeat(9000)),
        logger: fc.constantFrom('db', 'web'),
        attributes: fc.constantFrom({}, { repeats: 'mine' }, { big: 'y'.repeat(20_000) }),
        traceId: fc.constantFrom('0af7651916cd43dd8448eb211c80319c', '1af7651916cd43dd8448eb211c80319c'),
      },
      { requiredKeys: ['level', 'server', 'message'] },
    ),
    callOfRecord,
  )
  .map(([plain, of]) => ({ ...plain, ...of }))

const share = fc.constantFrom(0, 0.1, 0.5, 1)
const ms = fc.constantFrom(1, 100, 1000)
const few = fc.integer({ min: 1, max: 4 })
const some = { requiredKeys: [] }
const selectors = fc.constantFrom<Selector>(
  'level:>=info -server:a',
  { level: 'notice' },
  ({ seq }) => seq % 3 !== 0,
)

const transform: fc.Arbitrary<{ name: string; made: AnyTransform }> = fc.oneof(
  selectors.map((what) => ({ name: 'filter', made: filter(what) })),
  fc.constant({ name: 'enrich', made: enrich(({ seq }) => ({ seq, region: 'eu' }), { maxBytes: 4096 }) }),
  fc
    .record({ windowMs: ms, by: fc.constantFrom('message' as const, 'pattern' as const), maxKeys: few }, some)
    .map((options) => ({ name: 'dedupe', made: dedupe(options) })),
  fc
    .record(
      {
        perSecond: fc.constantFrom(0.5, 1, 50),
        burst: few,
        by: fc.constantFrom('server' as const, 'logger' as const),
        keepAlerts: fc.boolean(),
        reportMs: ms,
      },
      { requiredKeys: ['perSecond'] },
    )
    .map((options) => ({ name: 'throttle', made: throttle(options) })),
  fc
    .record(
      {
        keep: share,
        level: fc.constantFrom(...LEVELS),
        when: selectors,
        keepErrors: fc.boolean(),
        reportMs: ms,
        adaptive: fc.record({ first: few, windowMs: ms, maxKeys: few }, some),
      },
      { requiredKeys: ['keep'] },
    )
    .map((options) => ({ name: 'sample', made: sample(options) })),
)

type Step = { kind: 'take'; which: number } | { kind: 'due' | 'settle' } | { kind: 'wait'; ms: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: fc.nat().map((which) => ({ kind: 'take' as const, which })) },
  { weight: 2, arbitrary: fc.constantFrom({ kind: 'due' as const }, { kind: 'settle' as const }) },
  // Clocks are set, also back.
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(0, 1, 40, 999, 5000, -1, -3000)
      .map((by) => ({ kind: 'wait' as const, ms: by })),
  },
)

/** Twice at the end: what was told once is not told again. */
const SETTLE: Step = { kind: 'settle' }

/** A stage as its neighbours see it: what it left out, and what it told. */
interface Account {
  reason: string
  left: number
  told: number
  made: number
}

const toldOf = (record: LogRecord, reason: string): number => {
  const { attributes } = record
  if (reason === 'deduped') return Number((attributes.repeats as { count: number }).count)
  return Number(attributes[reason])
}

/** The transform, with every record counted that goes past it. */
const audited = (given: AnyTransform, accounts: Account[]): Transform => ({
  start: () => {
    const stage: Stage = typeof given === 'function' ? { reason: 'filtered', take: given } : given.start()
    const account: Account = { reason: stage.reason, left: 0, told: 0, made: 0 }
    accounts.push(account)
    const hear = (records: readonly LogRecord[]): readonly LogRecord[] => {
      account.made += records.length
      for (const record of records) account.told += toldOf(record, stage.reason)
      return records.map(deepFreeze)
    }
    const { due, settle } = stage
    return {
      reason: stage.reason,
      take(record, now) {
        const taken = stage.take(record, now)
        if (taken === undefined) account.left += 1
        return taken === undefined ? undefined : deepFreeze(taken)
      },
      ...(due === undefined ? {} : { due: (now: number) => hear(due(now)) }),
      ...(settle === undefined ? {} : { settle: (now: number) => hear(settle(now)) }),
    }
  },
})

test('received + made = kept + thinned + deduped + throttled + filtered, and all but the filtered is told', () => {
  const seen: Record<string, number> = {}
  fc.assert(
    fc.property(
      fc.array(transform, { minLength: 1, maxLength: 5 }),
      fc.array(fields, { minLength: 1, maxLength: 6 }),
      fc.array(step, { maxLength: 150, size: 'max' }),
      (transforms, kinds, steps) => {
        let now = 1_760_000_000_000
        const accounts: Account[] = []
        const errors: unknown[] = []
        const pipeline = createPipeline(
          transforms.map(({ made }) => audited(made, accounts)),
          { now: () => now, onError: (error) => errors.push(error) },
        )
        let given = 0
        const kept: LogRecord[] = []
        for (const [seq, one] of [...steps, SETTLE, SETTLE].entries()) {
          if (one.kind === 'wait') now += one.ms
          else if (one.kind !== 'take') kept.push(...pipeline.due(one.kind === 'settle'))
          else {
            given += 1
            const taken = pipeline.take(
              deepFreeze(makeRecord(seq, { ...kinds[one.which % kinds.length], observed: now })),
            )
            if (taken !== undefined) kept.push(taken)
          }
        }
        const { received, made, passed, reduced } = pipeline.stats()
        const sum = Object.values(reduced).reduce((total, count) => total + count, 0)
        const by = (reason: string): number =>
          accounts.reduce((total, one) => total + (one.reason === reason ? one.left : 0), 0)

        expect(errors).toEqual([])
        expect(received).toBe(given)
        expect(passed).toBe(kept.length)
        expect(received + made).toBe(kept.length + sum)
        expect(made).toBe(accounts.reduce((total, one) => total + one.made, 0))
        for (const reason of ['thinned', 'deduped', 'throttled', 'filtered']) {
          expect(reduced[reason] ?? 0).toBe(by(reason))
          seen[reason] = (seen[reason] ?? 0) + by(reason)
        }
        // After the last question nothing is left untold.
        for (const { reason, left, told } of accounts) if (reason !== 'filtered') expect(told).toBe(left)
        // And nothing comes twice.
        expect(new Set(kept.map(({ id }) => id)).size).toBe(kept.length)
      },
    ),
    { numRuns: 300 },
  )
  // A flood that nobody made fewer would have shown nothing.
  for (const reason of ['thinned', 'deduped', 'throttled', 'filtered'])
    expect(seen[reason], reason).toBeGreaterThan(500)
})
