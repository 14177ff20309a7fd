import { expect, it } from 'vitest'
import { openBrowser, openerOf } from './browser.ts'

const URL = 'http://127.0.0.1:7400'

it.each([
  ['linux', ['xdg-open', [URL]]],
  ['darwin', ['open', [URL]]],
  ['win32', ['cmd', ['/c', 'start', '""', URL]]],
] as const)('an address is opened on %s by what that system has for it', (os, expected) => {
  expect(openerOf(URL, os)).toEqual(expected)
})

it('opening an address where no program can do it is no error', () => {
  expect(() => openBrowser(URL, process.platform === 'darwin' ? 'linux' : 'darwin')).not.toThrow()
})
