import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanLongLine } from './scan.ts'

const scan = (line: string, headLength = 1000, tailLength = 1000) =>
  scanLongLine(line.slice(0, headLength), line.slice(-tailLength))

const big = 'lorem "ipsum" \\ {[dolor]} \n'.repeat(1000)

describe('the bounded scan of a long line', () => {
  it('finds id and outcome when the result comes first', () => {
    const line = JSON.stringify({ result: { content: [{ type: 'text', text: big }] }, jsonrpc: '2.0', id: 7 })
    expect(scan(line)).toMatchObject({ result: {}, jsonrpc: '2.0', id: 7 })
  })

  it('finds id and outcome when the result comes last', () => {
    const line = JSON.stringify({ jsonrpc: '2.0', id: 'a-7', result: { content: [{ text: big }] } })
    expect(scan(line)).toMatchObject({ jsonrpc: '2.0', id: 'a-7', result: {} })
  })

  it('finds that a tool failed, before or after its content', () => {
    const after = JSON.stringify({
      result: { content: [{ text: big }], isError: true },
      jsonrpc: '2.0',
      id: 1,
    })
    const before = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      result: { isError: true, content: [{ text: big }] },
    })
    expect(scan(after)?.result).toMatchObject({ isError: true })
    expect(scan(before)?.result).toMatchObject({ isError: true })
  })

  it('finds method and tool of a request', () => {
    const line = JSON.stringify({
      method: 'tools/call',
      params: { name: 'write', arguments: { path: '/a', content: big } },
      jsonrpc: '2.0',
      id: 3,
    })
    expect(scan(line)).toMatchObject({ method: 'tools/call', params: { name: 'write' }, id: 3 })
  })

  it('finds level and logger of a log around its data', () => {
    const line = JSON.stringify({
      method: 'notifications/message',
      params: { level: 'error', data: big, logger: 'db' },
      jsonrpc: '2.0',
    })
    expect(scan(line)?.params).toMatchObject({ level: 'error', logger: 'db' })
  })

  it('is not fooled by what the data says', () => {
    const hostile = '","id":666,"error":{},"result":{"isError":true},"x":"'.repeat(500)
    const line = JSON.stringify({ result: { content: [{ text: hostile }] }, jsonrpc: '2.0', id: 5 })
    expect(scan(line)).toMatchObject({ id: 5 })
    expect(scan(line)?.result).not.toHaveProperty('isError')
    expect(scan(line)).not.toHaveProperty('error')
  })

  it('gives no scalar that is not in the line', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string(),
          fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.dictionary(fc.string(), fc.string())),
        ),
        fc.string(),
        fc.string(),
        fc.oneof(fc.string(), fc.integer()),
        (fields, key, filler, id) => {
          const value = { ...fields, [key]: { deep: [filler.repeat(3), big] }, id }
          const line = JSON.stringify(value)
          const truth = JSON.parse(line) as Record<string, unknown>
          for (const [name, found] of Object.entries(scan(line, 200, 200) ?? {})) {
            if (typeof found !== 'object') expect(found).toEqual(truth[name])
          }
        },
      ),
    )
  })

  it('never throws, and says nothing of what is no object', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (head, tail) => void scanLongLine(head, tail)))
    expect(scan('[1,2,3]')).toBeUndefined()
    expect(scan('plain text')).toBeUndefined()
  })
})
