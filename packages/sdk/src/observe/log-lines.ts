/** Text lines of stderr, and stray ones of stdout, as records: grouped, read by their patterns, attributed. */
import { type Attributes, dropLastToken, type Level, setOwn } from '../record/index.ts'
import { type Attributed, attribute, type Evidence } from './attribution.ts'
import type { CallTable } from './calls.ts'
import type { Draft, Drafting } from './draft.ts'
import type { Frame } from './frames.ts'
import { createGrouper, type LineGroup, type TextLine } from './lines/index.ts'
import { type Folder, type MarkedLine, readMarkedLine } from './origin.ts'
import type { Narrowing, ObserveLimits } from './types.ts'

export interface LogLines {
  frame(frame: Frame): void
  /** True while the last group may still grow. */
  isOpen(): boolean
  flush(): void
  tick(at: number): number | undefined
}

export interface LogLinesSettings {
  stream: 'stdout' | 'stderr'
  drafting: Drafting
  calls: CallTable
  folder: Folder
  limits: ObserveLimits
  narrowing?: Narrowing | undefined
}

export const createLogLines = (settings: LogLinesSettings): LogLines => {
  const { stream, drafting, calls, folder, limits, narrowing } = settings
  // Nobody said how severe it is: plain on stderr, a broken habit on stdout.
  const unknownLevel: Level = stream === 'stderr' ? 'info' : 'warning'
  // The call that could be meant when a line was read: by the time its group is closed, that may have ended.
  const foundByLine = new WeakMap<TextLine, Attributed>()

  const find = (evidence: Evidence, when: { from: number; to: number }): Attributed =>
    attribute(calls, evidence, when, { window: limits.window, modernOnlyIfAsked: false })

  const emitMarked = (marked: MarkedLine, when: LineGroup): void => {
    const { origin, level, message, attributes, logger, traceId, spanId } = marked
    const content = { level, message, attributes, ...(logger === undefined ? {} : { logger }) }
    // The same record as a message was asked for, and is told, whichever of the two comes first.
    const unwanted = narrowing?.isUnwanted(level) === true
    if (folder.isSecond(origin, content, !unwanted)) return
    if (unwanted) {
      narrowing?.skipped()
      return
    }
    if (drafting.sheds(level)) return
    const evidence: Evidence = {}
    if (origin.requestId !== undefined) evidence.requestId = origin.requestId
    else if (traceId !== undefined) evidence.traceId = traceId
    if (spanId !== undefined) evidence.spanId = spanId
    emitAs(
      { source: 'stderr', ...content },
      { traceId, spanId, time: origin.time },
      find(evidence, when),
      when,
    )
  }

  const emitAs = (
    draft: Draft,
    stamped: { traceId?: string | undefined; spanId?: string | undefined; time?: number | undefined },
    found: Attributed,
    group: LineGroup,
  ): void => {
    const traceId = stamped.traceId ?? found.exact?.trace?.traceId
    const spanId = stamped.spanId ?? (stamped.traceId === undefined ? found.exact?.trace?.spanId : undefined)
    if (found.call !== undefined) draft.call = found.call
    if (traceId !== undefined) draft.traceId = traceId
    if (spanId !== undefined) draft.spanId = spanId
    if (stamped.time !== undefined) draft.time = stamped.time
    if (group.truncated !== undefined) draft.truncated = group.truncated
    drafting.emit(draft, group.from, stream)
  }

  const onGroup = (group: LineGroup): void => {
    const marked = readMarkedLine(group.json)
    if (marked !== undefined) {
      emitMarked(marked, group)
      return
    }
    const level = group.level ?? unknownLevel
    if (drafting.sheds(level)) return
    const found =
      group.traceId === undefined
        ? (foundByLine.get(group.first) ?? {})
        : find(
            { traceId: group.traceId, ...(group.spanId === undefined ? {} : { spanId: group.spanId }) },
            group,
          )
    emitAs(
      {
        source: stream,
        level,
        message: textOf(group),
        attributes: withPattern(group),
        ...(group.logger === undefined ? {} : { logger: group.logger }),
      },
      group,
      found,
      group,
    )
  }

  const grouper = createGrouper({ idle: limits.groupIdle, onGroup })

  return {
    frame(frame) {
      const cut = frame.tail !== undefined
      const text = frame.bytes.toString('utf8')
      const { from, to, size } = frame
      // A cut line that is one token leaves only its size, as everywhere else; it is a line all the same.
      const kept = cut ? dropLastToken(text) || `[one token of ${size} bytes]` : text
      const line: TextLine = { text: kept, from, to, bytes: size, cut }
      foundByLine.set(line, find({}, line))
      grouper.line(line)
    },
    isOpen: () => grouper.isOpen(),
    flush: () => grouper.flush(),
    tick: (at) => grouper.tick(at),
  }
}

/** What was said; a line that says nothing (`{}`) as it was written. */
const textOf = (group: LineGroup): string =>
  group.message === '' && Object.keys(group.attributes).length === 0 ? group.first.text : group.message

const withPattern = (group: LineGroup): Attributes => {
  if (group.pattern === undefined) return group.attributes
  const attributes = { ...group.attributes }
  setOwn(attributes, 'levelFrom', group.pattern)
  return attributes
}
