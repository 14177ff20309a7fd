import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pagerCommand, withPager } from './paging.ts'
import { type FakeContext, fakeContext, memoryStore } from './testing.ts'

describe('the pager', () => {
  const chosen = (env: Record<string, string>, interactive = true, pager?: boolean) =>
    pagerCommand(pager === undefined ? {} : { pager }, { env, interactive })

  it('is the one of the environment, ours before everybody’s, else less', () => {
    expect(chosen({})).toBe('less -FRX')
    expect(chosen({ PAGER: 'more' })).toBe('more')
    expect(chosen({ PAGER: 'more', LOGBOOM_PAGER: 'bat -p' })).toBe('bat -p')
  })

  it('is none where nobody sits at a terminal, and where none is wanted', () => {
    expect(chosen({}, false)).toBeUndefined()
    expect(chosen({}, true, false)).toBeUndefined()
    expect(chosen({ TERM: 'dumb' })).toBeUndefined()
    expect(chosen({ PAGER: 'more', LOGBOOM_PAGER: '' })).toBeUndefined()
    expect(chosen({ PAGER: 'cat' })).toBeUndefined()
  })
})

describe.runIf(process.platform !== 'win32')('paging', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'logboom-paging-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  const atTerminal = (pager: string): FakeContext =>
    fakeContext(memoryStore({}), {
      interactive: true,
      env: { PATH: process.env.PATH, LOGBOOM_PAGER: pager, DIR: dir },
    })

  it('gives everything to the pager, and waits for it', async () => {
    const context = atTerminal('cat > "$DIR/paged"')
    await withPager({}, context, async ({ out }) => {
      await out.write('one\n')
      await out.write('two\n')
    })
    expect(readFileSync(join(dir, 'paged'), 'utf8')).toBe('one\ntwo\n')
    expect(context.printed()).toBe('')
  })

  it('starts none for nothing', async () => {
    await withPager({}, atTerminal('touch "$DIR/started"; cat'), async () => {})
    expect(() => readFileSync(join(dir, 'started'))).toThrow('ENOENT')
  })

  it('that is left early ends the work', async () => {
    const context = atTerminal('head -n 1 > "$DIR/paged"')
    let lines = 0
    await withPager({}, context, async ({ out, signal }) => {
      while (!signal.aborted && lines < 5_000_000) {
        await out.write(`line ${lines++}\n`)
        if (lines % 1000 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    })
    expect(lines).toBeLessThan(5_000_000)
    expect(readFileSync(join(dir, 'paged'), 'utf8')).toBe('line 0\n')
    expect(context.signal.aborted).toBe(false)
  })

  it('that cannot be run is told, and nothing is lost for it', async () => {
    const context = atTerminal('exec /nowhere/no-such-pager 2> /dev/null')
    let expected = ''
    let aborted: boolean | undefined
    await withPager({}, context, async ({ out, signal }) => {
      // Until it is known that there is no pager, and some more.
      for (let after = 0; after < 10; after += context.printed() === '' ? 0 : 1) {
        const line = `line ${expected.length}\n`
        expected += line
        await out.write(line)
        await new Promise((resolve) => setImmediate(resolve))
      }
      aborted = signal.aborted
    })
    expect(aborted).toBe(false)
    expect(context.printed()).toBe(expected)
    expect(context.notes.join()).toContain('LOGBOOM_PAGER')
  })

  it('waits for the pager also when the work failed', async () => {
    const context = atTerminal('cat > "$DIR/paged"')
    const failing = withPager({}, context, async ({ out }) => {
      await out.write('one\n')
      throw new Error('broken')
    })
    await expect(failing).rejects.toThrow('broken')
    expect(readFileSync(join(dir, 'paged'), 'utf8')).toBe('one\n')
  })
})
