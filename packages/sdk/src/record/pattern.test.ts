import { expect, test } from 'vitest'
import { maskMessage } from './pattern.ts'

test.each([
  ['retry 3 of 5', 'retry <*> of <*>'],
  ['user "alice smith" in 2.3s', 'user <*> in <*>'],
  ['GET /api/v1/items/42 from 10.0.0.1:80', 'GET <*> from <*>'],
  ['took 1, 2, 3 ms', 'took <*> ms'],
  ['失败 3 次', '失败 <*> 次'],
  ['first line 1\nsecond', 'first line <*>'],
])('the pattern of %j is %j', (message, pattern) => {
  expect(maskMessage(message)).toBe(pattern)
})
