import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startPager } from './pager.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'logboom-pager-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe.runIf(process.platform !== 'win32')('a pager', () => {
  test('reads what is written, as a shell runs it, and ends after the end', async () => {
    const out = join(dir, 'out')
    const pager = startPager(`cat | tr a-z A-Z > "$OUT"`, { PATH: process.env.PATH, OUT: out })
    await pager.write('one ')
    await pager.write('two')
    pager.end()
    expect(await pager.ended).toEqual({ started: true, unread: '' })
    expect(readFileSync(out, 'utf8')).toBe('ONE TWO')
  })

  test('that was left before the end takes nothing more, and holds nobody up', async () => {
    const pager = startPager('head -c 10 > /dev/null')
    const line = `${'x'.repeat(1000)}\n`
    let left = false
    void pager.ended.then(() => {
      left = true
    })
    let written = 0
    while (!left && written < 50_000_000) {
      await pager.write(line.repeat(100))
      written += line.length * 100
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await pager.ended).toEqual({ started: true, unread: '' })
    await pager.write('more')
    expect(written).toBeLessThan(50_000_000)
  })

  test('that cannot be run gives back what it was given', async () => {
    const pager = startPager('exec /nowhere/no-such-pager 2> /dev/null')
    await pager.write('one ')
    pager.end()
    expect(await pager.ended).toEqual({ started: false, unread: 'one ' })
  })

  test('has Ctrl+C for itself while it runs', async () => {
    const before = process.listenerCount('SIGINT')
    const pager = startPager('cat > /dev/null')
    expect(process.listenerCount('SIGINT')).toBe(before + 1)
    pager.end()
    await pager.ended
    expect(process.listenerCount('SIGINT')).toBe(before)
  })
})
