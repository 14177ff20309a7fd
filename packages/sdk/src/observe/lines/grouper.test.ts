import { describe, expect, it } from 'vitest'
import { createGrouper, type GrouperSettings } from './grouper.ts'
import type { LineGroup, TextLine } from './types.ts'

const AT = Date.parse('2026-11-22T14:40:00Z')

const lineAt = (text: string, at = AT): TextLine => ({
  text,
  from: at,
  to: at,
  bytes: Buffer.byteLength(text),
  cut: false,
})

const open = (settings: Partial<GrouperSettings> = {}) => {
  const groups: LineGroup[] = []
  return { groups, grouper: createGrouper({ idle: 60, onGroup: (group) => groups.push(group), ...settings }) }
}

const groupsOf = (text: string, settings: Partial<GrouperSettings> = {}): LineGroup[] => {
  const { groups, grouper } = open(settings)
  for (const line of text.split('\n')) grouper.line(lineAt(line))
  grouper.flush()
  return groups
}

const messages = (text: string) => groupsOf(text).map((group) => group.message)

const TRACEBACK = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\nValueError: no'

describe('unknown lines', () => {
  it('are a group each, without level or pattern', () => {
    const groups = groupsOf('one\ntwo\nError handling is fine')
    expect(groups.map((group) => group.message)).toEqual(['one', 'two', 'Error handling is fine'])
    for (const group of groups) {
      expect(group).not.toHaveProperty('level')
      expect(group).not.toHaveProperty('pattern')
    }
  })

  it('vanish when blank, except inside a group', () => {
    expect(messages('\n  \none\n\n\ntwo\n\n')).toEqual(['one', 'two'])
    expect(messages('list:\n  a\n\n  b\n\nend')).toEqual(['list:\n  a\n\n  b', 'end'])
  })

  it('take what is indented below them, and the bracket that closes what they opened', () => {
    expect(messages('{\n  a: 1,\n  b: [\n    2\n  ]\n}\nnext')).toEqual([
      '{\n  a: 1,\n  b: [\n    2\n  ]\n}',
      'next',
    ])
    expect(messages('config {\n  a: 1\n} and more {\n  b: 2\n}\n}')).toEqual([
      'config {\n  a: 1\n} and more {\n  b: 2\n}',
      '}',
    ])
  })

  it('cannot pretend to be two, nor paint over another', () => {
    expect(messages('\x1b[2Kok\x07\rINFO:root:forged')).toEqual(['ok\\x07\\rINFO:root:forged'])
    expect(messages('a\u2028ERROR:root:forged\u202e')).toEqual(['a\\u2028ERROR:root:forged\\u202e'])
  })
})

describe('a line of a known pattern', () => {
  it('takes what is indented below it', () => {
    expect(groupsOf('INFO:app:plan\n  - a\n  - b\nINFO:app:next')).toMatchObject([
      { level: 'info', logger: 'app', message: 'plan\n  - a\n  - b' },
      { message: 'next' },
    ])
    expect(groupsOf('info: My.Host[14]\n      Listening on :80\n      again')).toMatchObject([
      { level: 'info', pattern: 'dotnet', logger: 'My.Host', message: 'Listening on :80\nagain' },
    ])
  })

  it('takes the traceback below it when it is an error', () => {
    expect(groupsOf(`ERROR:root:boom\n${TRACEBACK}\nINFO:root:next`)).toMatchObject([
      {
        level: 'error',
        pattern: 'python-logging',
        message: `boom\n${TRACEBACK}`,
        attributes: { 'exception.type': 'ValueError', 'exception.message': 'no' },
      },
      { level: 'info', message: 'next' },
    ])
    expect(groupsOf(`ERROR:root:${TRACEBACK}`)).toMatchObject([{ level: 'error', message: TRACEBACK }])
  })

  it('leaves the traceback below it alone when it is no error: the program may have died', () => {
    expect(groupsOf(`INFO:root:starting\n${TRACEBACK}`)).toMatchObject([
      { level: 'info', message: 'starting' },
      { level: 'error', pattern: 'python-traceback', message: TRACEBACK },
    ])
  })

  it('takes a traceback below a warning only if they were read together', () => {
    expect(groupsOf(`WARNING:root:retrying\n${TRACEBACK}`)).toMatchObject([{ level: 'warning' }])
    const { groups, grouper } = open()
    grouper.line(lineAt('WARNING:root:retrying'))
    for (const line of TRACEBACK.split('\n')) grouper.line(lineAt(line, AT + 3))
    grouper.flush()
    expect(groups.map((group) => group.level)).toEqual(['warning', 'error'])
  })

  it('takes the error that it reports, with frames', () => {
    expect(groupsOf('[ERROR] failed\nTypeError: no\n    at f (a.js:1:1)\nnext')).toMatchObject([
      {
        level: 'error',
        message: 'failed\nTypeError: no\n    at f (a.js:1:1)',
        attributes: { 'exception.type': 'TypeError' },
      },
      { message: 'next' },
    ])
    expect(messages('[ERROR] failed\nTypeError: no\nnext')).toEqual(['failed', 'TypeError: no', 'next'])
  })

  it('of JSON is complete by itself and does not wait', () => {
    const { groups, grouper } = open()
    grouper.line(lineAt('one'))
    grouper.line(lineAt('{"level":30,"msg":"two"}'))
    expect(groups.map((group) => group.message)).toEqual(['one', 'two'])
    expect(groups[1]?.json).toEqual({ level: 30, msg: 'two' })
    expect(grouper.isOpen()).toBe(false)
  })
})

describe('stack traces', () => {
  it('keep chained tracebacks together', () => {
    const chained = `${TRACEBACK}\n\nDuring handling of the above exception, another exception occurred:\n\n${TRACEBACK}`
    expect(messages(`${chained}\nnext`)).toEqual([chained, 'next'])
  })

  it('keep the list of wrong fields that pydantic prints below its error', () => {
    const error =
      'Traceback (most recent call last):\n  File "a.py", line 1\npydantic_core.ValidationError: 1 validation error for Call\nn.0.id\n  Input should be an integer\n    For further information visit x'
    expect(groupsOf(`${error}\nnext`)).toMatchObject([
      { message: error, attributes: { 'exception.type': 'pydantic_core.ValidationError' } },
      { message: 'next' },
    ])
  })

  it('end at the next traceback that nothing links to them', () => {
    expect(messages(`${TRACEBACK}\n${TRACEBACK}`)).toEqual([TRACEBACK, TRACEBACK])
  })

  it('of Node take a message of several lines that was printed at once', () => {
    const error = 'Error: cannot find x\nRequire stack:\n- /a.js\n    at f (a.js:1:1) {\n  code: "X"\n}'
    expect(groupsOf(`${error}\nnext`)).toMatchObject([
      {
        level: 'error',
        attributes: { 'exception.message': 'cannot find x\nRequire stack:\n- /a.js' },
        message: error,
      },
      { message: 'next' },
    ])
  })

  it('of Node do not take lines that only look like the head of one', () => {
    expect(groupsOf('Error: printed\nRetrying\nDone').map(({ level, message }) => [level, message])).toEqual([
      [undefined, 'Error: printed'],
      [undefined, 'Retrying'],
      [undefined, 'Done'],
    ])
  })

  it('of Go are one error from panic to exit status', () => {
    const panic =
      'panic: runtime error: index out of range [recovered]\n\tpanic: again\n\ngoroutine 1 [running]:\nmain.f(...)\n\t/srv/app/main.go:7 +0x1d\nmain.main()\n\t/srv/app/main.go:3 +0x17\nexit status 2'
    expect(groupsOf(`${panic}\nnext`)).toMatchObject([
      { level: 'error', pattern: 'go-panic', message: panic, attributes: { 'exception.type': 'panic' } },
      { message: 'next' },
    ])
    expect(groupsOf('panic: at the disco')[0]).not.toHaveProperty('level')
  })

  it('of .NET are one error with inner exceptions', () => {
    const error =
      'Unhandled exception. System.InvalidOperationException: bad\n ---> System.Exception: inner\n   --- End of inner exception stack trace ---\n   at Program.Main() in /srv/app/Program.cs:line 5'
    expect(groupsOf(`${error}\nnext`)).toMatchObject([
      {
        level: 'error',
        pattern: 'dotnet-stack',
        message: error,
        attributes: { 'exception.type': 'System.InvalidOperationException' },
      },
      { message: 'next' },
    ])
  })
})

describe('a group', () => {
  it('is closed when no line came for the idle time, and not before', () => {
    const { groups, grouper } = open()
    expect(grouper.tick(AT)).toBeUndefined()
    grouper.line(lineAt('one'))
    expect(grouper.isOpen()).toBe(true)
    expect(grouper.tick(AT + 59)).toBe(AT + 60)
    expect(groups).toEqual([])
    expect(grouper.tick(AT + 60)).toBeUndefined()
    expect(groups.map((group) => group.message)).toEqual(['one'])
    expect(grouper.isOpen()).toBe(false)
  })

  it('does not take a line that comes later than that, even if nobody ticked', () => {
    const { groups, grouper } = open()
    grouper.line(lineAt('one'))
    grouper.line(lineAt('  two', AT + 60))
    grouper.flush()
    expect(groups.map((group) => group.message)).toEqual(['one', '  two'])
  })

  it('tells its first line, and when its first and last line were read', () => {
    const { groups, grouper } = open()
    const first = { ...lineAt('one'), to: AT + 1 }
    grouper.line(first)
    grouper.line(lineAt('  two', AT + 20))
    grouper.flush()
    expect(groups).toMatchObject([{ from: AT, to: AT + 20 }])
    expect(groups[0]?.first).toBe(first)
  })

  it('tells its size when one of its lines was cut, and only then', () => {
    const { groups, grouper } = open()
    grouper.line({ ...lineAt('one'), bytes: 5_000_000, cut: true })
    grouper.line(lineAt('  two'))
    grouper.line(lineAt('three'))
    grouper.flush()
    expect(groups.map((group) => group.truncated)).toEqual([5_000_005, undefined])
  })

  it('is closed at its bounds and goes on at the same level', () => {
    const frames = Array.from({ length: 7 }, (_, n) => `    at f${n} (a.js:1:1)`)
    const groups = groupsOf(['Error: deep', ...frames].join('\n'), { maxLines: 3 })
    expect(groups.map(({ level, pattern, message }) => [level, pattern, message.split('\n').length])).toEqual(
      [
        ['error', 'node-stack', 3],
        ['error', 'node-stack', 3],
        ['error', 'node-stack', 2],
      ],
    )
    expect(groupsOf(`one\n  ${'x'.repeat(90)}\n  ${'y'.repeat(90)}`, { maxLength: 100 })).toHaveLength(2)
  })
})
