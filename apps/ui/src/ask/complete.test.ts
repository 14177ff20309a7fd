import { parseQuery } from '@logboom/sdk/query'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { complete, type Knowledge, take } from './complete.ts'
import { tokensOf } from './tokens.ts'

const parses = (query: string): boolean => parseQuery(query, { now: 0 }) !== undefined

const KNOWN: Knowledge = {
  attributes: [
    { name: '@user.id', types: ['number'], count: 7 },
    { name: '@"http url"', types: ['string'], count: 2 },
  ],
  values: new Map([
    [
      'server',
      [
        { value: 'database', count: 12 },
        { value: 'my "own" server', count: 3 },
      ],
    ],
    ['@user.id', [{ value: '42', count: 7 }]],
  ]),
}

/** Options where `|` stands. */
const at = (text: string, knowledge = KNOWN) => {
  const caret = text.indexOf('|')
  const query = text.replace('|', '')
  const completion = complete(query, caret, knowledge)
  const inserts = completion.options.map(({ insert }) => insert)
  const choose = (insert: string): string => {
    const option = completion.options.find((one) => one.insert === insert)
    if (option === undefined) throw new Error(`${insert} is not offered, but ${inserts.join(' ')}`)
    const taken = take(query, completion, option)
    return `${taken.text.slice(0, taken.caret)}|${taken.text.slice(taken.caret)}`
  }
  return { completion, inserts, choose }
}

describe('completion', () => {
  it('offers fields by name and by alias, then attributes', () => {
    expect(at('|').inserts).toContain('level:')
    expect(at('lev|').inserts[0]).toBe('level:')
    expect(at('dura|').inserts[0]).toBe('duration:')
    expect(at('proto|').inserts[0]).toBe('protocol:')
    expect(at('user|').inserts).toContain('@user.id:')
    expect(at('@us|').inserts).toEqual(['@user.id:'])
    expect(at('error -to|').choose('tool:')).toBe('error -tool:|')
  })

  it('offers whole terms for the beginning of a value', () => {
    expect(at('err|').inserts).toContain('level:error')
    expect(at('data|').choose('server:database')).toBe('server:database |')
  })

  it('offers AND, OR and NOT where they can stand', () => {
    expect(at('a o|').inserts).toContain('OR')
    expect(at('o|').inserts).not.toContain('OR')
    expect(at('n|').inserts).toContain('NOT')
  })

  it('offers the values of the field that is being typed, with counts', () => {
    expect(at('server:|').completion).toMatchObject({
      field: 'server',
      options: [{ insert: 'database', count: 12 }, {}, {}],
    })
    expect(at('server:"my|').choose('"my \\"own\\" server"')).toBe('server:"my \\"own\\" server" |')
    expect(at('server:(database OR my|').choose('"my \\"own\\" server"')).toBe(
      'server:(database OR "my \\"own\\" server" |',
    )
    expect(at('server:(|)').choose('database')).toBe('server:(database|)')
    expect(at('@user.id:|').inserts).toEqual(['42', '*'])
    expect(at('user.id:4|').inserts).toEqual(['42'])
    expect(at('SERVER:d|').inserts).toEqual(['database'])
  })

  it('knows levels, choices, durations and times', () => {
    expect(at('level:|').inserts.slice(0, 2)).toEqual(['>=warning', '>=error'])
    expect(at('level:>=e|').inserts).toEqual(['error', 'emergency', 'debug', 'notice', 'alert'])
    expect(at('status:t|').inserts.slice(0, 2)).toEqual(['tool_error', 'timeout'])
    expect(at('duration:>|').inserts).toContain('1s')
    expect(at('time:[now-1|').inserts).toContain('now-15m')
    expect(at('time:[now-1h TO n|').completion.field).toBe('time')
  })

  it('replaces the whole word that the caret stands in', () => {
    expect(at('ser|ver:fs x').choose('serverVersion:')).toBe('serverVersion:|fs x')
    expect(at('level:|error x').choose('debug')).toBe('level:debug| x')
    expect(at('level:e|rror x').choose('error')).toBe('level:error| x')
  })

  it('is silent where nothing can be added', () => {
    expect(at('/time(out/|').inserts).toEqual([])
    expect(at('"a phrase"|').inserts).toEqual([])
  })
})

const piece = fc.constantFrom(
  'level:',
  'server:',
  '@',
  '@user.id:',
  '@"a b".c:',
  '-',
  '!',
  '"',
  '\\',
  '/',
  '[',
  ']',
  '(',
  ')',
  '>',
  '>=',
  ' ',
  'OR',
  'AND',
  'NOT ',
  'TO',
  '*',
  'a',
  'fs',
  '失败',
  'now-15m',
  ':',
  '://',
  '.',
  '😀',
  'time:',
  'status:',
)
const anyText = fc.oneof(
  fc.array(piece, { maxLength: 14 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
)
const anyValue = fc.oneof(anyText, fc.constantFrom('plain', 'a*b', 'OR', 'x y'))
const anyKnowledge = fc
  .record({ server: fc.array(anyValue), logger: fc.array(anyValue), attribute: fc.array(anyValue) })
  .map(({ server, logger, attribute }): Knowledge => {
    const counted = (values: string[]) => values.map((value) => ({ value, count: 1 }))
    return {
      attributes: KNOWN.attributes,
      values: new Map([
        ['server', counted(server)],
        ['logger', counted(logger)],
        ['@user.id', counted(attribute)],
      ]),
    }
  })

describe('whatever is typed', () => {
  it('has parts that follow each other, and completion never throws', () => {
    fc.assert(
      fc.property(anyText, fc.nat(40), anyKnowledge, (text, where, knowledge) => {
        let last = 0
        for (const { start, end } of tokensOf(text)) {
          expect(start).toBeGreaterThanOrEqual(last)
          expect(end).toBeGreaterThan(start)
          last = end
        }
        expect(last).toBeLessThanOrEqual(text.length)
        const caret = Math.min(where, text.length)
        const completion = complete(text, caret, knowledge)
        expect(completion.from).toBeLessThanOrEqual(caret)
        expect(completion.to).toBeGreaterThanOrEqual(caret)
        expect(completion.options.length).toBeLessThanOrEqual(60)
      }),
      { numRuns: 1000 },
    )
  })

  it('is a query when what is offered is chosen', () => {
    const begin = fc.constantFrom(
      '',
      'timeout ',
      'level:error -',
      '(a OR ',
      'server:fs NOT ',
      '"a phrase" ',
      '@x:"y" !',
    )
    const typed = fc.oneof(
      fc.constantFrom('', 'l', 'err', 'd', 'us', '@', '@u', 'pl', 'a'),
      fc
        .tuple(
          fc.constantFrom(
            'server:',
            'logger:',
            '@user.id:',
            'level:',
            'level:>=',
            'status:',
            'duration:',
            'duration:>',
            'time:>',
            'seq:',
            'truncated:<=',
            'source:(',
            'server:(a OR -',
          ),
          fc.constantFrom('', 'a', 'e', '"', '"x', 'p'),
        )
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(begin, typed, anyKnowledge, (before, partial, knowledge) => {
        const text = before + partial
        const completion = complete(text, text.length, knowledge)
        for (const option of completion.options) {
          let query = take(text, completion, option).text
          if (option.kind === 'field' || option.kind === 'attribute') query += '*'
          if (option.kind === 'keyword') query += 'x'
          query += ')'.repeat((text.match(/(?<=^|:)\(/g) ?? []).length)
          expect(() => parses(query), query).not.toThrow()
        }
      }),
      { numRuns: 500 },
    )
  })
})
