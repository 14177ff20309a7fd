import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { currentOs } from './os.ts'
import { isAlive, processStart, processTree, readStat, sameStart } from './processes.ts'
import type { Run } from './run.ts'

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
const start = async (command: string, args: string[]) => {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] })
  children.push(child)
  await once(child, 'spawn')
  return child
}

const stat = (pid: number, name: string, parent: number, ticks: string, state = 'S') =>
  `${pid} (${name}) ${state} ${parent} 70 70 34816 70 4194304 1 0 0 0 0 0 0 0 20 0 1 0 ${ticks} 1000 10\n`

const linux = (processes: Record<number, string>) => ({
  os: 'linux' as const,
  list: () => ['self', 'meminfo', ...Object.keys(processes)],
  exists: (pid: number) => pid in processes,
  read: (path: string) =>
    path === '/proc/sys/kernel/random/boot_id'
      ? 'boot-1\n'
      : processes[Number(/^\/proc\/(\d+)\/stat$/.exec(path)?.[1])],
})

test('whatever a process calls itself, its parent and start are read behind the name', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'a) (S1 \n') }),
      fc.nat(),
      fc.nat(),
      (name, parent, ticks) => {
        expect(readStat(stat(7, name, parent, String(ticks)))).toEqual({
          zombie: false,
          parent,
          group: 70,
          foreground: 70,
          ticks: String(ticks),
        })
      },
    ),
  )
})

test('on Linux a start is boot and clock ticks', () => {
  expect(processStart(7, linux({ 7: stat(7, 'a', 1, '123') }))).toBe('linux:boot-1:123')
  expect(processStart(8, linux({ 7: stat(7, 'a', 1, '123') }))).toBe('')
})

test('a pid that another process has now is not alive, and neither is a zombie', () => {
  const now = linux({ 7: stat(7, 'a', 1, '123'), 9: stat(9, 'b', 1, '5', 'Z') })
  expect(isAlive(7, 'linux:boot-1:123', now)).toBe(true)
  expect(isAlive(7, 'linux:boot-1:122', now)).toBe(false)
  expect(isAlive(7, 'linux:boot-0:123', now)).toBe(false)
  expect(isAlive(7, '', now)).toBe(false)
  expect(isAlive(8, 'linux:boot-1:123', now)).toBe(false)
  expect(isAlive(9, 'linux:boot-1:5', now)).toBe(false)
})

test('on macOS others are asked through ps, the own start comes from the own clock', () => {
  const asked: string[][] = []
  const run: Run = (command, args) => {
    asked.push([command, ...args])
    return 'Sun Nov 22 14:54:37 2026    \n'
  }
  const at = Date.UTC(2026, 10, 22, 14, 54, 37)
  const settings = { os: 'darwin' as const, run, self: { pid: 1, startedAt: at + 412.7 }, exists: () => true }
  expect(processStart(1, settings)).toBe(`ms:${at + 413}`)
  expect(asked).toEqual([])
  expect(processStart(2, settings)).toBe(`ms:${at}`)
  expect(asked).toEqual([['ps', '-o', 'lstart=', '-p', '2']])
  expect(isAlive(2, `ms:${at + 413}`, settings)).toBe(true)
  expect(isAlive(2, `ms:${at - 60_000}`, settings)).toBe(false)
})

test('on Windows others are asked through PowerShell', () => {
  const settings = (answer: string | undefined) => ({
    os: 'win32' as const,
    run: (command: string, args: readonly string[]) =>
      command === 'powershell.exe' && args.join(' ').includes('-Id 42 ') ? answer : 'wrong question',
    self: { pid: 1, startedAt: 5 },
    exists: () => true,
  })
  expect(processStart(42, settings('1795359277123\r\n'))).toBe('ms:1795359277123')
  expect(processStart(42, settings('Get-Process : cannot find'))).toBe('')
  expect(isAlive(42, 'ms:1795359277000', settings('1795359277123\r\n'))).toBe(true)
  expect(isAlive(42, 'ms:1795359277000', settings(undefined))).toBe(false)
})

test('starts within three seconds are the same only where stamps are coarse', () => {
  expect(sameStart('ms:1000', 'ms:4000')).toBe(true)
  expect(sameStart('ms:1000', 'ms:4001')).toBe(false)
  expect(sameStart('linux:b:1', 'linux:b:2')).toBe(false)
  expect(sameStart('linux:b:1', 'ms:1')).toBe(false)
})

test('a tree is a process and all its descendants, parents first', () => {
  const settings = linux({
    10: stat(10, 'root', 1, '1'),
    12: stat(12, 'b', 11, '3'),
    11: stat(11, 'a', 10, '2'),
    13: stat(13, 'other', 1, '4'),
    14: stat(14, 'dead', 10, '5', 'Z'),
  })
  expect(processTree(10, settings).map((entry) => entry.pid)).toEqual([10, 11, 12])
  expect(processTree(99, settings)).toEqual([])
})

test('on macOS the tree is read from ps', () => {
  const date = 'Sun Nov 22 14:54:37 2026'
  const run: Run = () =>
    `    0     0 ${date}\n   10     1 ${date}\n   11    10 ${date}\nnonsense\n   12    11 ${date}\n`
  expect(processTree(10, { os: 'darwin', run }).map((entry) => entry.pid)).toEqual([10, 11, 12])
  expect(processTree(0, { os: 'darwin', run }).map((entry) => entry.pid)).toEqual([0])
})

test.runIf(currentOs() === 'linux')('this machine: own process, a child, its tree, and its end', async () => {
  const own = processStart(process.pid)
  expect(own).toMatch(/^linux:[0-9a-f-]{36}:\d+$/)
  expect(isAlive(process.pid, own)).toBe(true)

  const child = await start('sh', ['-c', 'sleep 60 & echo ready; wait'])
  await once(child.stdout ?? child, 'data')
  const pid = child.pid ?? 0
  const begun = processStart(pid)
  const tree = processTree(pid)
  expect(tree).toHaveLength(2)
  expect(tree[0]).toEqual({ pid, parent: process.pid, start: begun })
  expect(processTree(process.pid).map((entry) => entry.pid)).toContain(tree[1]?.pid)
  for (const entry of tree) process.kill(entry.pid, 'SIGKILL')
  await once(child, 'close')
  expect(isAlive(pid, begun)).toBe(false)
})
