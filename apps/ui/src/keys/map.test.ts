import { expect, test } from 'vitest'
import { en } from '../text/en/index.ts'
import { KEYS } from './map.ts'

test('no key means two things', () => {
  const keys = Object.values(KEYS).flat()
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
})

test('the help names what every key does', () => {
  expect(Object.keys(en.keys.names).sort()).toEqual(Object.keys(KEYS).sort())
})
