import { expect, it, describe as suite } from 'vitest'
import { recorder } from './recorder.ts'
import { makeRecord } from './records.ts'

suite('recorder', () => {
  it('finds by parts, deep ones too, and by predicate', () => {
    const logs = recorder()
    for (let i = 0; i < 5; i++) logs.onRecord(makeRecord(i, { attributes: { n: i, deep: { a: [i], b: 1 } } }))
    expect(logs.filter({ attributes: { deep: { a: [3] } } }).map(({ seq }) => seq)).toEqual([3])
    expect(logs.filter(({ seq }) => seq > 2)).toHaveLength(2)
    expect(logs.one({ seq: 1 }).message).toBe('record 1 – 记录')
    expect(() => logs.one({ level: 'error' })).toThrow('no records match {"level":"error"}; 5 collected:\n')
    expect(() => logs.one({ level: 'info' })).toThrow('5 records match')
    logs.clear()
    expect(logs.records).toEqual([])
  })

  it('waits for a record that is there, that comes, and not for ever', async () => {
    const logs = recorder()
    const coming = logs.waitFor({ seq: 2 })
    await logs.sink([makeRecord(1), makeRecord(2)])
    expect((await coming).seq).toBe(2)
    expect((await logs.waitFor({ seq: 1 })).seq).toBe(1)
    await expect(logs.waitFor({ seq: 9 }, 5)).rejects.toThrow(
      'no record matched {"seq":9} in 5 ms; 2 collected',
    )
    const broken = logs.waitFor(({ seq }) => {
      if (seq === 3) throw new Error('predicate')
      return false
    })
    logs.onRecord(makeRecord(3))
    await expect(broken).rejects.toThrow('predicate')
  })
})
