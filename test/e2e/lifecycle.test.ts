/** A tapped server starts, ends and fails as it would without the tap, and what happened is told. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { places, scriptFile, tempDir } from '../kit/home.ts'
import { isRunning, NODE, run, start, tapCommand } from '../kit/process.ts'
import { from, namedCall, numberingFaults, onlyRun } from '../kit/records.ts'
import { raw } from '../kit/servers.ts'
import { smallDisk } from '../kit/small-disk.ts'
import { waitFor } from '../kit/wait.ts'

const MIB = 1_048_576
const log = (data: string): string =>
  `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data } })}\n`
const call = (id: number, name = 'slow'): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: {} } })}\n`

const tapped = (steps: readonly object[]) => {
  const at = places()
  return { ...at, command: tapCommand(at.home, 'subject', raw(scriptFile(at.root, steps))) }
}

const exitRecord = (home: string) => from(onlyRun(home), 'lifecycle').at(-1)

describe('the end of the server is the end of the tap', () => {
  test.each([0, 1, 3, 42, 255])('exit code %i', async (code) => {
    const { home, command } = tapped([{ emit: 'stderr', text: 'bye\n' }, { exit: code }])
    const ended = await run(command)
    expect(ended).toMatchObject({ code, signal: null })
    expect(ended.stderr.toString()).toBe('bye\n')
    expect(exitRecord(home)?.attributes).toMatchObject({ event: 'exit', code })
    expect(exitRecord(home)?.level).toBe(code === 0 ? 'info' : 'error')
  })

  test.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGABRT'] as const)(
    'a server that dies of %s',
    async (signal) => {
      const { home, command } = tapped([{ signal }])
      const ended = await run(command)
      expect(ended).toMatchObject({ code: null, signal })
      expect(JSON.stringify(exitRecord(home)?.attributes)).toContain(signal)
    },
  )

  test('a crash in the middle of a call is told, and its call is lost', async () => {
    const { home, command } = tapped([
      { await: '"slow"' },
      { emit: 'stderr', text: 'Error: boom\n    at work (/srv/a.js:1:2)\n    at run (/srv/b.js:3:4)\n' },
      { exit: 1 },
    ])
    const tap = start(command)
    tap.write(call(7))
    expect(await tap.ended()).toMatchObject({ code: 1 })
    const records = onlyRun(home)
    expect(numberingFaults(records)).toEqual([])
    expect(from(records, 'call').map((record) => namedCall(record)?.status)).toEqual(['started', 'lost'])
    const stderr = from(records, 'stderr')
    expect(stderr).toHaveLength(1)
    expect(stderr[0]).toMatchObject({ level: 'error' })
    expect(records.at(-1)).toMatchObject({ source: 'lifecycle', level: 'error' })
  })

  test('a server that closes its outputs early and goes on is left alone', async () => {
    const { command, root } = tapped([])
    const done = join(root, 'done')
    const code = `require('fs').closeSync(1);setTimeout(()=>{require('fs').writeFileSync(${JSON.stringify(done)},'');process.exit(5)},300)`
    const ended = await run([...command.slice(0, command.indexOf('--') + 1), NODE, '-e', code] as never)
    expect(ended.code).toBe(5)
    expect(existsSync(done)).toBe(true)
  })
})

describe('a server that cannot be started', () => {
  test('not found: 127, one clear line, and a record', async () => {
    const { home } = places()
    const ended = await run(tapCommand(home, 'gone', ['logboom-no-such-command']))
    expect(ended.code).toBe(127)
    expect(ended.stdout.length).toBe(0)
    expect(ended.stderr.toString().trim().split('\n')).toHaveLength(1)
    expect(ended.stderr.toString()).toContain('logboom-no-such-command')
    const records = onlyRun(home)
    expect(records.at(-1)).toMatchObject({ source: 'lifecycle', level: 'error', server: 'gone' })
    expect(JSON.stringify(records)).toContain('logboom-no-such-command')
  })

  test.each([
    ['a file that may not be executed', (dir: string) => join(dir, 'plain.txt')],
    ['a folder', (dir: string) => dir],
  ])('not executable (%s): 126, one clear line, and a record', async (_name, subject) => {
    const { home } = places()
    const dir = tempDir()
    writeFileSync(join(dir, 'plain.txt'), 'hello')
    chmodSync(join(dir, 'plain.txt'), 0o644)
    const ended = await run(tapCommand(home, 'locked', [subject(dir)]))
    expect(ended.code).toBe(126)
    expect(ended.stdout.length).toBe(0)
    expect(ended.stderr.toString().trim().split('\n')).toHaveLength(1)
    expect(onlyRun(home).at(-1)).toMatchObject({ source: 'lifecycle', level: 'error' })
  })
})

describe('signals', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s reaches the server', async (signal) => {
    const at = places()
    const code = `process.on('${signal}',()=>{process.stdout.write('got ${signal}');process.exit(9)});setInterval(()=>{},1e3);process.stderr.write('ready\\n')`
    const tap = start(tapCommand(at.home, 'subject', [NODE, '-e', code]))
    await waitFor('the server', () => tap.stderr().includes('ready'))
    tap.kill(signal)
    const ended = await tap.ended()
    expect(ended).toMatchObject({ code: 9, signal: null })
    expect(ended.stdout.toString()).toBe(`got ${signal}`)
    expect(exitRecord(at.home)?.attributes).toMatchObject({ code: 9 })
  })

  test('a server that ignores SIGTERM is killed after 1.5 s, with its whole tree', async () => {
    const { root, home, command } = tapped([])
    const pid = join(root, 'server.pid')
    const orphan = join(root, 'grandchild.pid')
    const script = scriptFile(root, [
      { ignore: 'SIGTERM' },
      { orphan },
      { pid },
      { emit: 'stdout', text: log('ready') },
      { hang: true },
    ])
    const tap = start([...command.slice(0, command.indexOf('--') + 1), ...raw(script)] as never)
    await waitFor('server and grandchild', () => existsSync(pid) && existsSync(orphan))
    const pids = [pid, orphan].map((file) => Number(readFileSync(file, 'utf8')))
    expect(pids.map(isRunning)).toEqual([true, true])
    const before = Date.now()
    tap.kill('SIGTERM')
    await tap.ended(10_000)
    const took = Date.now() - before
    await waitFor('the end of the tree', () => pids.every((one) => !isRunning(one)), 2_000)
    // It got its time to end by itself. Hosts kill the tap after 2 to 4 s.
    expect(took).toBeGreaterThanOrEqual(1_400)
    expect(exitRecord(home)?.attributes).toMatchObject({ event: 'exit' })
  })

  test('a tap that is killed leaves no server: it sees the end of its input', async () => {
    const { root, command } = tapped([])
    const pid = join(root, 'server.pid')
    const saw = join(root, 'saw-end')
    const script = scriptFile(root, [{ pid }, { end: true }, { touch: saw }, { exit: 0 }])
    const tap = start([...command.slice(0, command.indexOf('--') + 1), ...raw(script)] as never)
    await waitFor('the server', () => existsSync(pid))
    tap.kill('SIGKILL')
    await waitFor('the end of input', () => existsSync(saw))
    await waitFor('the end of the server', () => !isRunning(Number(readFileSync(pid, 'utf8'))))
  })
})

describe('the pipes', () => {
  test('if the host stops reading, stdout waits and stderr is still drained and captured', async () => {
    const { root, home, command } = tapped([])
    const written = join(root, 'stdout-written')
    const script = scriptFile(root, [
      { beside: [{ emit: 'stdout', text: log('x'.repeat(1000)), times: 16_000 }, { touch: written }] },
      { emit: 'stderr', text: 'still talking #\n', times: 20_000 },
      { end: true },
    ])
    const tap = start([...command.slice(0, command.indexOf('--') + 1), ...raw(script)] as never, {
      holdStdout: true,
    })
    await waitFor('stderr', () => tap.stderr().includes('still talking 19999'), 30_000)
    // 16 MB cannot be on its way: the server's write is what waits.
    expect(existsSync(written)).toBe(false)
    await waitFor(
      'the records of stderr',
      () => from(onlyRun(home), 'stderr').some((record) => record.message.includes('19999')),
      30_000,
    )
    tap.child.stdout?.resume()
    tap.end()
    const ended = await tap.ended(60_000)
    expect(ended.stdout.length).toBe(16_000 * log('x'.repeat(1000)).length)
    expect(existsSync(written)).toBe(true)
    const lines = from(onlyRun(home), 'stderr').flatMap((record) => record.message.split('\n'))
    expect(lines).toEqual(Array.from({ length: 20_000 }, (_, n) => `still talking ${n}`))
  })

  test('a host that never reads stderr stops nobody, and all of it is captured', async () => {
    const { root, home, command } = tapped([])
    const lines = 3000
    const script = scriptFile(root, [
      { emit: 'stderr', text: `note # ${'z'.repeat(1000)}\n`, times: lines },
      { emit: 'stdout', text: log('got here') },
      { end: true },
    ])
    const tap = start([...command.slice(0, command.indexOf('--') + 1), ...raw(script)] as never, {
      holdStderr: true,
    })
    await waitFor('what comes after', () => tap.stdout().includes('got here'))
    await waitFor('the records', () => from(onlyRun(home), 'stderr').length === lines)
    tap.end()
    await tap.ended()
    expect(numberingFaults(onlyRun(home))).toEqual([])
  })

  test('a host that goes away ends the server as it would without the tap', async () => {
    const { root, command } = tapped([])
    const pid = join(root, 'server.pid')
    const script = scriptFile(root, [{ pid }, { emit: 'stdout', text: log('x'.repeat(500)), times: 100_000 }])
    const tap = start([...command.slice(0, command.indexOf('--') + 1), ...raw(script)] as never, {
      holdStdout: true,
    })
    await waitFor('the server', () => existsSync(pid))
    tap.child.stdout?.destroy()
    tap.child.stderr?.destroy()
    tap.end()
    await waitFor('the end of the server', () => !isRunning(Number(readFileSync(pid, 'utf8'))))
    await waitFor('the end of the tap', () => !isRunning(tap.pid))
  })
})

describe('a journal that cannot be written', () => {
  const steps = [
    { await: '\n' },
    { emit: 'stdout', text: log('line #'), times: 3000 },
    { emit: 'stderr', text: 'note #\n', times: 3000 },
    { end: true },
    { exit: 4 },
  ]

  /** The server behind a tap with this home does what it does without one. */
  const expectUnharmed = async (home: string): Promise<string> => {
    const script = scriptFile(tempDir(), steps)
    const bare = await run(raw(script), { input: 'go\n' })
    const ended = await run(tapCommand(home, 'subject', raw(script)), { input: 'go\n' })
    expect(ended.code).toBe(4)
    expect(ended.stdout.equals(bare.stdout)).toBe(true)
    // The tap may say once, in a line of its own, that it cannot keep anything.
    const lines = ended.stderr.toString().split('\n')
    const own = lines.filter((line) => line.startsWith('logboom'))
    expect(own.length).toBeLessThanOrEqual(1)
    expect(lines.filter((line) => !line.startsWith('logboom')).join('\n')).toBe(bare.stderr.toString())
    return own[0] ?? ''
  }

  test('the home is a file', async () => {
    const file = join(tempDir(), 'home')
    writeFileSync(file, 'not a folder')
    await expectUnharmed(file)
    expect(readFileSync(file, 'utf8')).toBe('not a folder')
  })

  test('the home lies under a file', async () => {
    const file = join(tempDir(), 'file')
    writeFileSync(file, '')
    await expectUnharmed(join(file, 'deep', 'home'))
  })

  test('the journal folder is a file', async () => {
    const home = tempDir()
    writeFileSync(join(home, 'journal'), '')
    await expectUnharmed(home)
  })

  test('the disk is read-only', async () => {
    const disk = smallDisk(1, ',ro')
    if (disk !== undefined) await expectUnharmed(join(disk, 'home'))
  })

  test('the disk is full, and what was written before stays', async () => {
    const disk = smallDisk(2)
    if (disk === undefined) return
    const home = join(disk, 'home')
    mkdirSync(home)
    const script = scriptFile(tempDir(), [
      { await: '\n' },
      { emit: 'stdout', text: log(`${'x'.repeat(1000)} #`), times: 6000 },
      { end: true },
      { exit: 4 },
    ])
    const bare = await run(raw(script), { input: 'go\n' })
    const ended = await run(tapCommand(home, 'subject', raw(script)), { input: 'go\n' })
    expect(ended.code).toBe(4)
    expect(ended.stdout.equals(bare.stdout)).toBe(true)
    const kept = from(onlyRun(home), 'message')
    expect(kept.length).toBeGreaterThan(1000 / 2)
    expect(kept.length).toBeLessThan((2 * MIB) / 1000)
    // What is there is the beginning of it, whole and in order.
    expect(kept.map((record) => record.message)).toEqual(kept.map((_, n) => `${'x'.repeat(1000)} ${n}`))
  })
})
