import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { killTree, survivors } from './kill-tree.ts'
import { currentOs } from './os.ts'
import { isAlive, processTree } from './processes.ts'

const stat = (pid: number, parent: number, ticks: number) =>
  `${pid} (n) S ${parent} 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${ticks} 0 0`

/** A world of processes: pid -> [parent, start]. */
const world = (processes: Record<number, [number, number]>) => {
  const killed: [number, string][] = []
  return {
    killed,
    settings: {
      os: 'linux' as const,
      list: () => Object.keys(processes),
      exists: (pid: number) => pid in processes,
      read: (path: string) => {
        const found = processes[Number(path.split('/')[2])]
        return found && stat(Number(path.split('/')[2]), ...found)
      },
      kill: (pid: number, signal: NodeJS.Signals) => {
        killed.push([pid, signal])
        if (pid === 12) throw new Error('ESRCH')
      },
    },
  }
}

test('every process of the tree is killed, parents first, though one is gone already', () => {
  const { settings, killed } = world({ 10: [1, 1], 11: [10, 2], 12: [10, 3], 13: [12, 4], 20: [1, 5] })
  killTree(10, 'SIGKILL', [], settings)
  expect(killed).toEqual([10, 11, 12, 13].map((pid) => [pid, 'SIGKILL']))
})

test('children whose parent has gone are killed when the tree was remembered before', () => {
  const before = processTree(10, world({ 10: [1, 1], 11: [10, 2] }).settings)
  // 10 has ended, 11 belongs to init and has started 15 meanwhile.
  const { settings, killed } = world({ 11: [1, 2], 15: [11, 9] })
  expect(survivors(before, settings).map((entry) => entry.pid)).toEqual([11])
  killTree(10, 'SIGKILL', before, settings)
  expect(killed.map(([pid]) => pid)).toEqual([11, 15])
})

test('a stranger that got a remembered pid is left alone, and so are its children', () => {
  const before = processTree(10, world({ 10: [1, 1], 11: [10, 2] }).settings)
  const { settings, killed } = world({ 10: [1, 77], 11: [1, 78], 12: [10, 79] })
  expect(survivors(before, settings)).toEqual([])
  killTree(10, 'SIGKILL', before, settings)
  expect(killed).toEqual([])
})

test('on Windows taskkill ends the tree', () => {
  const run = vi.fn(() => '')
  killTree(10, 'SIGKILL', [], { os: 'win32', run })
  expect(run.mock.calls).toEqual([['taskkill', ['/PID', '10', '/T', '/F']]])
})

test.runIf(currentOs() === 'linux')(
  'this machine: an orphaned grandchild that ignores SIGTERM is killed',
  async () => {
    const child = spawn('sh', ['-c', `sh -c 'trap "" TERM; echo ready; while :; do sleep 1; done' & wait`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const pid = child.pid ?? 0
    await once(child.stdout, 'data')
    const tree = processTree(pid)
    child.kill('SIGTERM')
    await once(child, 'exit')
    const left = survivors(tree)
    expect(left.length).toBeGreaterThan(0)
    killTree(pid, 'SIGKILL', tree)
    await vi.waitFor(() => expect(left.filter((entry) => isAlive(entry.pid, entry.start))).toEqual([]), {
      timeout: 10_000,
    })
  },
)
