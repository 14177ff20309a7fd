/** What holds for any lines at all: nothing is lost, nothing is doubled, order is kept, nothing throws. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGrouper } from './grouper.ts'
import type { LineGroup, TextLine } from './types.ts'
import { unwrap } from './unwrap.ts'

const AT = Date.parse('2026-11-22T14:40:00Z')

/** Lines of every kind of group, each with a word of its own at `#`. */
const TEMPLATES = [
  '# plain',
  '  # indented',
  '\t# tabbed',
  '',
  '   ',
  '{',
  '[',
  '}',
  '] #',
  '  a: #,',
  '{"level":30,"msg":"#"}',
  '{"level":"info","msg":"m","k":{"deep":"#"}}',
  'INFO:root:#',
  'ERROR:root:#',
  'ERROR:    # failed',
  'WARNING # x',
  'Traceback (most recent call last):',
  '  File "#.py", line 1, in f',
  'ValueError: #',
  'Error: #',
  'java.lang.IOException: #',
  '    at # (a.js:1:1)',
  '\tat #.f(A.java:1)',
  '   at #.F() in /a.cs:line 1',
  'Caused by: x.Exception: #',
  'Node.js v20.1.0 #',
  'file:///srv/#.mjs:1',
  '      ^',
  'panic: #',
  'goroutine 1 [running]: #',
  'main.#(...)',
  "thread 'main' panicked at #",
  'note: #',
  'The above exception was the direct cause of #',
  '  + Exception Group Traceback (most recent call last):',
  '  | ValueError: #',
  '╭──── # ────╮',
  '│ # │',
  '╰──── # ────╯',
  '╭─── Traceback (most recent call last) ───╮',
  '[11/22/26 14:34:05] INFO     # message                              a.py:1',
  '                    ERROR    # message                              a.py:2',
  '                             # goes on                                    ',
  '[11/22/26 14:34:05] # without level                                       ',
  '                    ╭────── Traceback (most recent call last) ──────╮     ',
  '                    │ #                                             │     ',
  '                    ╰───────────────────────────────────────────────╯     ',
  '                    KeyError: #                                           ',
  '[14:34:05.123] INFO (1): #',
  '    user: "#"',
  '    err: {',
  '      "stack": #',
  '    }',
  '2026-11-22 14:34:05 [info     ] # k=v',
  'time=2026-11-22T14:34:05Z level=INFO msg=# k=v',
  '(node:1) DeprecationWarning: #',
  '(Use `node --trace-x ...` #)',
]

const lineOf = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEMPLATES) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'binary', maxLength: 60 }).map((text) => `${text.replaceAll('\n', ' ')}#`),
  },
)

const gap = fc.constantFrom(0, 0, 0, 1, 10, 59, 60, 200)

const said = (group: LineGroup): string => {
  const { 'exception.type': _type, 'exception.message': _message, ...rest } = group.attributes
  return `${group.message} ${group.logger ?? ''} ${JSON.stringify(rest)}`
}

describe('any lines', () => {
  it('say each of their words once, in groups that keep their order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(lineOf, gap), { maxLength: 40 }),
        fc.constantFrom(3, 500),
        (input, maxLines) => {
          const groups: LineGroup[] = []
          const grouper = createGrouper({ idle: 60, maxLines, onGroup: (group) => groups.push(group) })
          let at = AT
          const lines: TextLine[] = input.map(([template, wait], index) => {
            at += wait
            const text = template.replace('#', `w${index}w`)
            return { text, from: at, to: at, bytes: text.length, cut: false }
          })
          for (const line of lines) {
            grouper.line(line)
            grouper.tick(line.to)
          }
          grouper.flush()
          expect(grouper.isOpen()).toBe(false)

          const firsts = groups.map((group) => lines.indexOf(group.first))
          expect(firsts).toEqual([...firsts].sort((a, b) => a - b))
          expect(new Set(firsts).size).toBe(firsts.length)
          const words = lines.flatMap((line) => line.text.match(/w\d+w/g) ?? [])
          const told = groups.flatMap((group) => said(group).match(/w\d+w/g) ?? [])
          expect([...told].sort()).toEqual([...words].sort())
        },
      ),
      { numRuns: 1500 },
    )
  })

  it('never throw, and leave no control character in a message', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), { maxLength: 30 }),
        (texts) => {
          const groups: LineGroup[] = []
          const grouper = createGrouper({ idle: 60, onGroup: (group) => groups.push(group) })
          for (const text of texts)
            grouper.line({ text: text.replaceAll('\n', ''), from: AT, to: AT, bytes: 1, cut: false })
          grouper.flush()
          for (const group of groups)
            expect(group.message).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/)
        },
      ),
      { numRuns: 500 },
    )
  })
})

/** Rich's wrapping of words that all fit, as its documentation tells it: greedy, the space at the break dropped. */
const wrap = (words: readonly string[], width: number): string[] => {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

describe('unwrap', () => {
  it('is the inverse of wrapping, for words shorter than the width', () => {
    const word = fc.stringMatching(/^[a-z]{1,9}$/)
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 10, max: 50 }),
        (words, width) => {
          expect(unwrap(wrap(words, width), width)).toBe(words.join(' '))
        },
      ),
    )
  })

  it('keeps the line breaks that a message has of its own', () => {
    expect(unwrap(['one', 'two three', '  indented', '', 'four'], 20)).toBe(
      'one\ntwo three\n  indented\n\nfour',
    )
  })

  it('joins a word folded at the width, and wide characters, without a space', () => {
    expect(unwrap(['0123456789', '01234 tail'], 10)).toBe('012345678901234 tail')
    expect(unwrap(['数据数据数', '据数据'], 11)).toBe('数据数据数据数据')
  })
})
