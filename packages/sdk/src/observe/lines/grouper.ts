/**
 * Lines of one stream, put together into messages.
 *
 * At most one group is open. Each line either belongs to it, may belong to it (then it is held until a later line
 * tells), or ends it. Blank lines are held too: they stay inside a group and vanish alone. A JSON line is complete by
 * itself and never waits. A group that grows past its bounds is closed, and goes on as another of the same level.
 */
import { openLines } from './blocks/lines.ts'
import { openRich, type RichTable, readRichHead } from './blocks/rich.ts'
import type { Block, Near } from './blocks/types.ts'
import { readLine } from './read-line.ts'
import { type Said, saidNothing } from './said.ts'
import { isBlank, stripAnsi, visible } from './text.ts'
import { type Clock, type LocalTime, machineTime } from './time.ts'
import type { Grouper, LineGroup, TextLine } from './types.ts'

export interface GrouperSettings {
  /** A group is closed after this many milliseconds without a line. */
  idle: number
  onGroup: (group: LineGroup) => void
  /** Lines of one group. @default 500 */
  maxLines?: number
  /** UTF-16 units of one group; a line that is longer is still a whole group. @default 262144 */
  maxLength?: number
  /** The zone of stamps that name none. @default the machine's */
  local?: LocalTime
}

/** Lines that may belong to the open group, blank ones included. */
const MAX_HELD = 16

interface Open {
  first: TextLine
  block: Block
  isRich: boolean
  lines: string[]
  held: TextLine[]
  length: number
  to: number
  bytes: number
  cut: boolean
  /** Set once the group has been closed for its size: what it goes on as. */
  before: Said | undefined
}

/**
 * @example
 * const grouper = createGrouper({ idle: 60, onGroup: (group) => console.log(group.level, group.message) })
 * grouper.line({ text: 'ERROR:root:boom', from: now, to: now, bytes: 15, cut: false })
 * grouper.flush()
 */
export const createGrouper = (settings: GrouperSettings): Grouper => {
  const { idle, onGroup, maxLines = 500, maxLength = 262_144, local = machineTime } = settings
  let open: Open | undefined
  let table: RichTable | undefined

  const start = (line: TextLine, text: string): void => {
    const clock: Clock = { local, at: line.from }
    const rich = readRichHead(text, clock, table)
    if (rich !== undefined) {
      table = rich.table
      open = opened(line, text, openRich(rich), true)
      return
    }
    const said = readLine(text, clock)
    if (said?.json === undefined) open = opened(line, text, openLines(text, said), false)
    else onGroup(groupOf(said, line, line.to, line.cut ? line.bytes : undefined))
  }

  const close = (group: Open, keepHeld: boolean): TextLine[] => {
    open = undefined
    if (keepHeld) while (group.held.length > 0) add(group, group.held.shift())
    onGroup(groupOf(finished(group), group.first, group.to, group.cut ? group.bytes : undefined))
    return group.held
  }

  const accept = (line: TextLine): void => {
    const group = open
    if (group === undefined) {
      if (!isBlank(line.text)) start(line, stripAnsi(line.text))
      return
    }
    const last = group.held.at(-1)?.to ?? group.to
    if (line.from - last >= idle) {
      again(close(group, group.block.keepsHeld), line)
      return
    }
    const text = stripAnsi(line.text)
    if (isBlank(text)) {
      if (group.held.length < MAX_HELD) group.held.push(line)
      return
    }
    const clock: Clock = { local, at: line.from }
    if (!group.isRich && readRichHead(text, clock, table) !== undefined) {
      again(close(group, false), line)
      return
    }
    const near: Near = { gap: line.from - last, known: () => readLine(text, clock) !== undefined }
    const verdict = group.block.next(text, near)
    if (verdict === 'take') take(group, line)
    else if (verdict === 'hold' && group.held.length < MAX_HELD) group.held.push(line)
    else again(close(group, verdict === 'close'), line)
  }

  /** Lines that were held for a group they did not belong to are read anew, before the line that told. */
  const again = (held: readonly TextLine[], line: TextLine): void => {
    for (const before of held) accept(before)
    accept(line)
  }

  const take = (group: Open, line: TextLine): void => {
    for (const before of group.held.splice(0)) grow(group, before)
    grow(group, line)
  }

  const grow = (group: Open, line: TextLine): void => {
    if (group.lines.length >= maxLines || group.length + line.text.length > maxLength) {
      const said = finished(group)
      onGroup(groupOf(said, group.first, group.to, group.cut ? group.bytes : undefined))
      Object.assign(group, { lines: [], length: 0, first: line, bytes: 0, cut: false, before: said })
    }
    add(group, line)
  }

  const flush = (): void => {
    // Held lines that are read anew may open the next group, and hold again, each time fewer.
    while (open !== undefined) for (const line of close(open, open.block.keepsHeld)) accept(line)
  }

  return {
    line: accept,
    flush,
    isOpen: () => open !== undefined,
    tick(at) {
      if (open === undefined) return undefined
      const due = (open.held.at(-1)?.to ?? open.to) + idle
      if (at < due) return due
      flush()
      return undefined
    },
  }
}

const opened = (line: TextLine, text: string, block: Block, isRich: boolean): Open => ({
  first: line,
  block,
  isRich,
  lines: [text],
  held: [],
  length: text.length,
  to: line.to,
  bytes: line.bytes,
  cut: line.cut,
  before: undefined,
})

const add = (group: Open, line: TextLine | undefined): void => {
  if (line === undefined) return
  group.lines.push(stripAnsi(line.text))
  group.length += line.text.length
  group.to = line.to
  group.bytes += line.bytes
  group.cut ||= line.cut
}

const finished = (group: Open): Said => {
  while (group.lines.length > 1 && isBlank(group.lines.at(-1) ?? '')) group.lines.pop()
  if (group.before === undefined) return group.block.finish(group.lines)
  const rest = saidNothing(visible(group.lines.map((line) => line.trimEnd()).join('\n')))
  const { level, pattern } = group.before
  return level === undefined || pattern === undefined ? rest : { ...rest, level, pattern }
}

const groupOf = (said: Said, first: TextLine, to: number, truncated: number | undefined): LineGroup => {
  const group: LineGroup = { first, from: first.from, to, ...said }
  if (truncated !== undefined) group.truncated = truncated
  return group
}
