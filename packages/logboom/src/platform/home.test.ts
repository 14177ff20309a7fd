import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { homeDirectory } from './home.ts'

const user = '/home/ann'

test('--home beats LOGBOOM_HOME, and both become absolute', () => {
  expect(homeDirectory({ flag: 'here', env: { LOGBOOM_HOME: '/there' }, os: 'linux', user })).toBe(
    resolve('here'),
  )
  expect(homeDirectory({ env: { LOGBOOM_HOME: 'there' }, os: 'linux', user })).toBe(resolve('there'))
})

test('an empty flag or variable counts as not given', () => {
  expect(homeDirectory({ flag: '', env: { LOGBOOM_HOME: '' }, os: 'linux', user })).toBe(
    '/home/ann/.local/share/logboom',
  )
})

test('Linux uses XDG_DATA_HOME when it is absolute, else ~/.local/share', () => {
  expect(homeDirectory({ env: { XDG_DATA_HOME: '/data' }, os: 'linux', user })).toBe('/data/logboom')
  expect(homeDirectory({ env: { XDG_DATA_HOME: 'data' }, os: 'linux', user })).toBe(
    '/home/ann/.local/share/logboom',
  )
})

test('macOS uses Application Support', () => {
  expect(homeDirectory({ env: {}, os: 'darwin', user: '/Users/ann' })).toBe(
    '/Users/ann/Library/Application Support/logboom',
  )
})

test('Windows uses LOCALAPPDATA, and its usual place where that is not set', () => {
  expect(homeDirectory({ env: { LOCALAPPDATA: 'D:\\Local' }, os: 'win32', user: 'C:\\Users\\ann' })).toBe(
    'D:\\Local\\logboom',
  )
  expect(homeDirectory({ env: {}, os: 'win32', user: 'C:\\Users\\ann' })).toBe(
    'C:\\Users\\ann\\AppData\\Local\\logboom',
  )
})
