/** How large what tools are asked and what they answer is: told by the newest records of their calls. */
import { isCallRecord } from '@logboom/sdk/record'
import type { Archive, Selection } from '../store/contract.ts'
import { both, is } from './conditions.ts'

/** Records looked at: sizes stand in the records themselves, and the newest say how it is now. */
export const SIZED = 5000
/** Records held at once: one may have 128 KiB. */
const PAGE = 250

export interface Size {
  /** Bytes, by nearest rank. */
  p50: number
  max: number
}

export interface Sizes {
  request?: Size
  response?: Size
}

interface Bytes {
  request: number[]
  response: number[]
}

/** The sizes of each tool's messages, by what `key` makes of its calls' records. */
export const toolSizes = async (
  archive: Archive,
  selection: Selection,
  key: (call: { server: string; method: string; tool?: string }) => string,
): Promise<Map<string, Sizes>> => {
  const calls = both(selection, is('source', 'call'))
  const seen = new Map<string, Bytes>()
  let before: number | undefined
  for (let left = SIZED; left > 0; left -= PAGE) {
    const at = before === undefined ? {} : { before }
    const { items, more } = await archive.page({ ...calls, ...at, order: 'newest', limit: PAGE })
    for (const { record } of items) {
      if (!isCallRecord(record)) continue
      const name = key({ server: record.server, ...record.call })
      const bytes = seen.get(name) ?? { request: [], response: [] }
      seen.set(name, bytes)
      const { requestBytes, responseBytes } = record.attributes
      if (typeof requestBytes === 'number') bytes.request.push(requestBytes)
      if (typeof responseBytes === 'number') bytes.response.push(responseBytes)
    }
    before = items.at(-1)?.position
    if (!more) break
  }
  return new Map(
    [...seen].map(([name, { request, response }]) => [
      name,
      { ...sizeOf('request', request), ...sizeOf('response', response) },
    ]),
  )
}

const sizeOf = (name: keyof Sizes, bytes: readonly number[]): Sizes => {
  if (bytes.length === 0) return {}
  const sorted = Float64Array.from(bytes).sort()
  return { [name]: { p50: sorted[Math.ceil(sorted.length / 2) - 1], max: sorted.at(-1) } }
}
