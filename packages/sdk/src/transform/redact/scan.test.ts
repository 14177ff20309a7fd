import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scan } from './scan.ts'

const TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'

/** Texts of one unit that hint at nothing, in one byte, two, and two units. */
const FILLERS = ['x', '\u0436', '\u{1f600}']

describe('scan', () => {
  it('finds a token wherever it stands, whatever characters and however many are before it', () => {
    const lengths = [
      0, 1, 2, 3, 20, 21, 22, 23, 24, 25, 4090, 4091, 4092, 4093, 4094, 4095, 4096, 4097, 8190, 8192,
    ]
    const found = FILLERS.flatMap((filler) =>
      lengths.map((length) => {
        const before = `${filler.repeat(length).slice(0, length)} `
        const { ranges } = scan(`${before}${TOKEN} after`)
        return {
          filler,
          length,
          ranges: ranges?.map(({ start, end }) => [start - before.length, end - before.length]),
        }
      }),
    )
    expect(found).toEqual(
      FILLERS.flatMap((filler) => lengths.map((length) => ({ filler, length, ranges: [[0, TOKEN.length]] }))),
    )
  })

  it('hints at a name wherever it stands', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60, unit: 'binary' }), fc.nat(9000), (before, pad) => {
        expect(scan(`${'x'.repeat(pad)}${before} password=`).flags & 1).toBe(1)
      }),
    )
  })
})
