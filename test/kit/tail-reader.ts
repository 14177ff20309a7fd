/** A reader of the live tail from outside: it can be cut, come back, and stop reading; and it says what it missed or got twice. */
import { type ClientRequest, get, type IncomingMessage } from 'node:http'
import type { LogRecord } from '@logboom/sdk/record'

export interface TailReaderSettings {
  url: string
  /** A query; everything if absent. */
  q?: string
  /** Begins after this position. */
  after?: number
  /** Told every record with its position. */
  onRecord?: (position: number, record: LogRecord) => void
}

export interface TailReader {
  /** Records that came. */
  readonly received: number
  /** Records that it was told to have missed. */
  readonly skipped: number
  /** Position of the last record; 0 before the first. */
  readonly last: number
  /** What is wrong with the order of what came; without a query also what is missing. */
  readonly faults: readonly string[]
  /** Connects, where the hub is now; goes on after the last id it was given. */
  open(at?: string): Promise<void>
  /** Its connection is gone, without a word. */
  cut(): void
  /** Keeps its connection and reads nothing. */
  stall(): void
  /** Reads on. */
  resume(): void
}

const MAX_FAULTS = 20

export const createTailReader = ({ url, q, after, onRecord }: TailReaderSettings): TailReader => {
  const faults: string[] = []
  let id = ''
  let last = after ?? 0
  let received = 0
  let skipped = 0
  /** Positions between these were told as skipped. */
  let gap: { after: number; before: number } | undefined
  let request: ClientRequest | undefined
  let response: IncomingMessage | undefined

  const fault = (text: string): void => {
    if (faults.length < MAX_FAULTS) faults.push(text)
  }

  const hearRecord = (position: number, record: LogRecord): void => {
    if (position <= last) fault(`${position} came after ${last}`)
    const excused = gap !== undefined && gap.before === position
    if (q === undefined && last > 0 && position > last + 1 && !excused)
      fault(`nothing between ${last} and ${position}`)
    gap = undefined
    last = position
    received++
    onRecord?.(position, record)
  }

  const hear = (block: string): void => {
    const fields = new Map(
      block.split('\n').map((line) => {
        const colon = line.indexOf(': ')
        return [line.slice(0, colon), line.slice(colon + 2)] as const
      }),
    )
    id = fields.get('id') ?? id
    const data = fields.get('data')
    if (data === undefined) return
    const told = JSON.parse(data)
    switch (fields.get('event')) {
      case undefined:
        hearRecord(told.position, told.record)
        break
      case 'skipped':
        skipped += told.count
        gap = told
        break
      default:
        fault(block)
    }
  }

  return {
    faults,
    get received() {
      return received
    },
    get skipped() {
      return skipped
    },
    get last() {
      return last
    },
    open: (at = url) =>
      new Promise((resolve, reject) => {
        const asked = new URL('/api/v1/tail', at)
        if (q !== undefined) asked.searchParams.set('q', q)
        if (after !== undefined) asked.searchParams.set('after', String(after))
        let text = ''
        const headers = id === '' ? {} : { 'last-event-id': id }
        const own = get(asked, { agent: false, headers }, (answer) => {
          response = answer
          if (answer.statusCode !== 200) fault(`the tail answered ${answer.statusCode}`)
          answer.setEncoding('utf8').on('data', (part: string) => {
            // What arrives after a cut was not received.
            if (request !== own) return
            text += part
            const end = text.lastIndexOf('\n\n')
            if (end === -1) return
            for (const block of text.slice(0, end).split('\n\n')) hear(block)
            text = text.slice(end + 2)
          })
          // Its own cut is no fault, the hub's would be seen as records that never come.
          answer.on('error', () => {})
          resolve()
        })
        own.on('error', reject)
        request = own
      }),
    cut() {
      const own = request
      request = undefined
      own?.destroy()
    },
    stall: () => void response?.pause(),
    resume: () => void response?.resume(),
  }
}
