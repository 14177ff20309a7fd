import { describe, expect, it } from 'vitest'
import { levelFromName, levelFromNumber, severity } from './levels.ts'
import { LEVELS } from './types.ts'

describe('levels', () => {
  it('ascend in severity', () => {
    expect(LEVELS.map(severity)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it.each<[string, string]>([
    ...LEVELS.map((level): [string, string] => [level, level]),
    ['WARN', 'warning'],
    ['Warning', 'warning'],
    [' err ', 'error'],
    ['crit', 'critical'],
    ['FATAL', 'critical'],
    ['trace', 'debug'],
    ['TRACE', 'debug'],
    ['success', 'notice'],
    ['emerg', 'emergency'],
    ['INFO', 'info'],
  ])('the name %s is %s', (name, level) => {
    expect(levelFromName(name)).toBe(level)
  })

  it.each(['', 'loud', 'constructor', '__proto__', '30', 'warn ing'])('the name %s is none', (name) => {
    expect(levelFromName(name)).toBeUndefined()
  })

  it.each([
    ['pino', [10, 20, 30, 35, 40, 50, 60, 70], 'debug debug info info warning error critical critical'],
    ['python', [0, 10, 20, 25, 30, 40, 50], 'debug debug info notice warning error critical'],
    [
      'otel',
      [1, 5, 9, 10, 13, 17, 18, 19, 21, 24],
      'debug debug info notice warning error critical alert emergency emergency',
    ],
  ] as const)('the numbers of %s map on its own scale', (scale, numbers, levels) => {
    expect(numbers.map((number) => levelFromNumber(number, scale)).join(' ')).toBe(levels)
  })

  it('a number below the scale, or none at all, is no level', () => {
    expect(levelFromNumber(-1, 'pino')).toBeUndefined()
    expect(levelFromNumber(0, 'otel')).toBeUndefined()
    expect(levelFromNumber(Number.NaN, 'python')).toBeUndefined()
    expect(levelFromNumber(Number.POSITIVE_INFINITY, 'python')).toBeUndefined()
  })
})
