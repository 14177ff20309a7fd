import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineOf, wordsOf } from './words.ts'

test.each([
  ['npx -y @scope/server /tmp', ['npx', '-y', '@scope/server', '/tmp']],
  ['  a   b  ', ['a', 'b']],
  [`node "my server.js" 'it''s' ""`, ['node', 'my server.js', 'its', '']],
  ['"C:\\\\Program Files\\\\node.exe" C:\\tmp', ['C:\\Program Files\\node.exe', 'C:\\tmp']],
  [`say "a \\"b\\""`, ['say', 'a "b"']],
  ['an "open end', ['an', 'open end']],
  ['', []],
])('%s is taken apart as a shell would', (line, words) => {
  expect(wordsOf(line)).toEqual(words)
})

test('a shell gets the words that were meant', () => {
  const words = ['plain', 'two words', `it's`, '$HOME', '`id`', 'a"b', '\\', '', '中文', '*', '!x', '~']
  const shown = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${lineOf(words, 'posix')}`]).toString()
  expect(shown.split('\n').slice(0, -1)).toEqual(words)
})

test('a written line is read as it was meant', () => {
  const word = fc.string().filter((text) => !text.includes("'"))
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(wordsOf(lineOf(words, 'posix'))).toEqual(words)
    }),
  )
})

test('on Windows, quotes are doubled quotes and backslashes stay', () => {
  expect(lineOf(['C:\\a\\b.exe', 'C:\\Program Files\\', 'say "hi"'], 'windows')).toBe(
    'C:\\a\\b.exe "C:\\Program Files\\\\" "say \\"hi\\""',
  )
})
