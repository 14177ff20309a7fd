import { expect, test } from 'vitest'
import { type Ender, endLike, forwardedSignals, typedAtTerminal } from './signals.ts'

const stat = (group: number, foreground: number) =>
  `5 (tap (x)) S 1 ${group} 4 34816 ${foreground} 0 0 0 0 0 0 0 0 0`

test('every Unix passes on the signals that ask for something; Windows those it has', () => {
  expect(forwardedSignals('linux')).toEqual(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'])
  expect(forwardedSignals('darwin')).toEqual(forwardedSignals('linux'))
  expect(forwardedSignals('win32')).toContain('SIGBREAK')
  expect(forwardedSignals('win32')).not.toContain('SIGUSR1')
})

test('Ctrl-C was typed when the own group is in the foreground of its terminal', () => {
  const linux = (text: string | undefined) => ({ os: 'linux' as const, read: () => text })
  expect(typedAtTerminal('SIGINT', linux(stat(5, 5)))).toBe(true)
  expect(typedAtTerminal('SIGQUIT', linux(stat(5, 5)))).toBe(true)
  expect(typedAtTerminal('SIGINT', linux(stat(5, 6)))).toBe(false)
  expect(typedAtTerminal('SIGINT', linux(stat(5, -1)))).toBe(false)
  expect(typedAtTerminal('SIGINT', linux(undefined))).toBe(false)
  expect(typedAtTerminal('SIGTERM', linux(stat(5, 5)))).toBe(false)
})

test('macOS asks ps the same; on Windows the console tells everybody', () => {
  const darwin = (text: string | undefined) => ({ os: 'darwin' as const, run: () => text })
  expect(typedAtTerminal('SIGINT', darwin('  5   5\n'))).toBe(true)
  expect(typedAtTerminal('SIGINT', darwin('  5   6\n'))).toBe(false)
  expect(typedAtTerminal('SIGINT', darwin('  5   -1\n'))).toBe(false)
  expect(typedAtTerminal('SIGINT', darwin(undefined))).toBe(false)
  expect(typedAtTerminal('SIGINT', { os: 'win32' })).toBe(true)
  expect(typedAtTerminal('SIGTERM', { os: 'win32' })).toBe(false)
})

const recorder = (raise: (signal: NodeJS.Signals) => void = () => undefined) => {
  const done: string[] = []
  const ender: Ender = {
    exit: (code) => done.push(`exit ${code}`),
    raise: (signal) => {
      done.push(`raise ${signal}`)
      raise(signal)
    },
    toDefault: (signal) => done.push(`default ${signal}`),
    later: (action) => action(),
  }
  return { done, ender }
}

test('a code is passed on; a signal is raised, with the number shells use should it not end the process', () => {
  const first = recorder()
  endLike({ code: 3 }, first.ender, 'linux')
  expect(first.done).toEqual(['exit 3'])
  const second = recorder()
  endLike({ signal: 'SIGTERM' }, second.ender, 'linux')
  expect(second.done).toEqual(['default SIGTERM', 'raise SIGTERM', 'exit 143'])
})

test('a signal that cannot be raised, and every signal on Windows, becomes a code', () => {
  const refused = recorder(() => {
    throw new Error('ENOSYS')
  })
  endLike({ signal: 'SIGKILL' }, refused.ender, 'linux')
  expect(refused.done).toEqual(['raise SIGKILL', 'exit 137'])
  const windows = recorder()
  endLike({ signal: 'SIGTERM' }, windows.ender, 'win32')
  expect(windows.done).toEqual(['exit 143'])
})
