import { expect, test } from 'vitest'
import type { Outlet } from '../../platform/index.ts'
import { createNotice } from './notice.ts'

const setUp = () => {
  let text = ''
  const outlet: Outlet = {
    write: (bytes) => {
      text += Buffer.from(bytes).toString()
      return true
    },
    waiting: () => 0,
    end: () => undefined,
    onDrain: () => undefined,
    onBroken: () => undefined,
  }
  const notice = createNotice(outlet)
  /** The server writes to stderr. */
  const server = (part: string) => {
    const bytes = Buffer.from(part)
    outlet.write(bytes)
    notice.passed(bytes)
  }
  return { notice, server, text: () => text }
}

test('only the first thing is said, in one line', () => {
  const { notice, text } = setUp()
  notice.say('disk\n  full')
  notice.say('disk still full')
  notice.finish()
  expect(text()).toBe('logboom: disk full\n')
})

test('it is never said inside a line of the server', () => {
  const { notice, server, text } = setUp()
  server('half a ')
  notice.say('oops')
  server('line\n')
  server('next\n')
  expect(text()).toBe('half a line\nlogboom: oops\nnext\n')
})

test('when the server never ends its line, it follows on a line of its own', () => {
  const { notice, server, text } = setUp()
  server('no newline')
  notice.say('oops')
  notice.finish()
  expect(text()).toBe('no newline\nlogboom: oops\n')
})
