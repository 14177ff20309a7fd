import { describe, expect, it } from 'vitest'
import { createProgress } from './progress.ts'

/** A progress on a terminal of 20 cells, with a clock in hand. */
const onTerminal = (isTTY = true) => {
  const terminal = { written: '', at: 0 }
  const progress = createProgress({
    isTTY,
    write: (text) => {
      terminal.written += text
    },
    columns: () => 20,
    now: () => terminal.at,
  })
  return { terminal, progress }
}

describe('progress', () => {
  it('says nothing of short work, and nothing at all where no terminal is', () => {
    const short = onTerminal()
    short.progress.show(() => 'a')
    short.terminal.at = 400
    short.progress.show(() => 'b')
    short.progress.end()
    expect(short.terminal.written).toBe('')

    const piped = onTerminal(false)
    piped.progress.show(() => 'a')
    piped.terminal.at = 10_000
    piped.progress.show(() => 'b')
    expect(piped.terminal.written).toBe('')
  })

  it('is one line that is replaced a few times a second, and gone at the end', () => {
    const { terminal, progress } = onTerminal()
    for (terminal.at = 0; terminal.at <= 1000; terminal.at += 10) progress.show(() => `at ${terminal.at}`)
    progress.end()
    const lines = terminal.written.split('\r\u001b[2K').slice(1)
    expect(lines).toEqual(['at 500', 'at 600', 'at 700', 'at 800', 'at 900', 'at 1000', ''])
    expect(terminal.written).not.toContain('\n')
    progress.end()
    expect(terminal.written.endsWith('at 1000\r\u001b[2K')).toBe(true)
  })

  it('never fills the last cell: the line would wrap and stay', () => {
    const { terminal, progress } = onTerminal()
    progress.show(() => '')
    terminal.at = 1000
    progress.show(() => '进度'.repeat(20))
    expect(terminal.written).toBe(`\r\u001b[2K${'进度'.repeat(4)}进…`)
  })
})
