import { expect, test } from 'vitest'
import type { SealedEntry } from '../manifest.ts'
import { acceptedAt, overBudget, overServers, tooOld } from './retention.ts'

const DAY = 86_400_000
const NOW = 1000 * DAY

const fileAt = (first: number, newestDay: number, fields: Partial<SealedEntry> = {}): SealedEntry => ({
  name: `segment-${first}`,
  first,
  last: first + 99,
  rows: 100,
  bytes: 1000,
  time: [0, 0],
  observed: [0, newestDay * DAY],
  servers: { a: 60, b: 40 },
  ...fields,
})
const names = (files: readonly SealedEntry[]): number[] => files.map(({ first }) => first)

test('what is older than the age goes, to the file', () => {
  const files = [fileAt(1, 950), fileAt(101, 969.9), fileAt(201, 970), fileAt(301, 999)]
  // What is just as old as it may be stays.
  expect(names(tooOld(files, NOW, 30 * DAY))).toEqual([1, 101])
})

test('a file that a clock gone back wrote is as new as the one before it', () => {
  const files = [fileAt(1, 950), fileAt(101, 990), fileAt(201, 0), fileAt(301, 999)]
  expect(names(tooOld(files, NOW, 30 * DAY))).toEqual([1])
})

test('a file from the future goes with the ones after it, and keeps none of them', () => {
  const files = [fileAt(1, 5000), fileAt(101, 950), fileAt(201, 960), fileAt(301, 999)]
  expect(names(tooOld(files, NOW, 30 * DAY))).toEqual([1, 101, 201])
  expect(acceptedAt([fileAt(1, 990), fileAt(101, 5000)], NOW)).toEqual([990 * DAY, NOW])
})

test('over budget the oldest go, no more than needed', () => {
  const files = [fileAt(1, 1), fileAt(101, 2), fileAt(201, 3)]
  expect(names(overBudget(files, 3500, 3500))).toEqual([])
  expect(names(overBudget(files, 3500, 2600))).toEqual([1])
  expect(names(overBudget(files, 3500, 2400))).toEqual([1, 101])
  expect(names(overBudget(files, 3500, 0))).toEqual([1, 101, 201])
})

test('a server keeps its newest records, and others theirs', () => {
  const files = [fileAt(1, 990), fileAt(101, 991), fileAt(201, 992)]
  const plan = overServers(files, { a: 10 }, { a: { maxRecords: 100 } }, NOW)
  // 10 unsealed and 60 of the newest leave room for 30.
  expect(plan.map(({ file, without }) => [file.first, without])).toEqual([
    [1, { a: 60 }],
    [101, { a: 30 }],
  ])
})

test('a handful of records is not worth a file, but the last of a server are', () => {
  const files = [fileAt(1, 990, { servers: { a: 3, b: 97 } }), fileAt(101, 991)]
  expect(overServers(files, {}, { a: { maxRecords: 61 }, b: { maxRecords: 135 } }, NOW)).toEqual([])
  expect(overServers(files, {}, { a: { maxRecords: 60 } }, NOW).map(({ without }) => without)).toEqual([
    { a: 3 },
  ])
})

test('a server has an age of its own', () => {
  const files = [fileAt(1, 990), fileAt(101, 999)]
  const plan = overServers(files, {}, { b: { maxAge: 5 * DAY } }, NOW)
  expect(plan.map(({ file, without }) => [file.first, without])).toEqual([[1, { b: 40 }]])
  expect(overServers(files, {}, { b: { maxAge: 10 * DAY } }, NOW)).toEqual([])
})

test('a server with the name of an object’s own things has no records', () => {
  expect(overServers([fileAt(1, 990)], {}, { constructor: { maxRecords: 0 } }, NOW)).toEqual([])
})
