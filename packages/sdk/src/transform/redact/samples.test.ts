import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createKeys, KEY_RULES } from './keys.ts'
import { redactText } from './redact.ts'
import { RULES } from './rules.ts'
import { NEAR_MISSES, SAMPLES } from './samples.ts'
import { ASSIGNMENT, scan } from './scan.ts'

/** True when eight characters in a row of the secret are in the text. */
const leaks = (text: string, secret: string): boolean => {
  for (let i = 0; i + 8 <= secret.length; i++) if (text.includes(secret.slice(i, i + 8))) return true
  return text.includes(secret)
}

test.each(SAMPLES.map((sample) => [sample.rule, sample.text, sample.secret] as const))(
  'the %s rule masks %s',
  (rule, text, secret) => {
    const masked = redactText(text)
    expect(leaks(masked, secret)).toBe(false)
    expect(masked).toContain(`[redacted:${rule}]`)
    expect(redactText(masked)).toBe(masked)
  },
)

test.each(NEAR_MISSES)('%s stays', (text) => {
  expect(redactText(text)).toBe(text)
})

test('every rule has a sample', () => {
  const shown = new Set(SAMPLES.map(({ rule }) => rule))
  expect(RULES.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([])
})

test('every name of the key rules makes a text be looked through', () => {
  const names = KEY_RULES.flatMap((rule) => [...rule.endings, ...(rule.whole ?? []), ...(rule.glued ?? [])])
  const missed = names.filter((name) => (scan(`${name}=1`).flags & ASSIGNMENT) === 0)
  expect(missed).toEqual([])
  const keys = createKeys()
  expect(names.filter((name) => keys.rule(name) === undefined)).toEqual([])
})

test.each(['docs/redaction.md', 'docs/zh-CN/redaction.md'])('%s names every rule', (page) => {
  const docs = readFileSync(new URL(`../../../../../${page}`, import.meta.url), 'utf8')
  expect(RULES.map(({ name }) => name).filter((name) => !docs.includes(`\`${name}\``))).toEqual([])
})

test('a token starts after escapes, percent codes and terminal colours', () => {
  const [{ text: token } = { text: '' }] = SAMPLES.filter(({ rule }) => rule === 'sk-key')
  for (const before of ['line\\n', 'a%20', '\x1b[32m', '\x1b[1;31m', '(', '密钥']) {
    expect(redactText(`${before}${token}`)).toBe(`${before}[redacted:sk-key]`)
  }
  expect(redactText(`di${token}`)).toBe(`di${token}`)
})
