/**
 * UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, 4 bits version, 12 bits counter, 2 bits variant, 62 random bits.
 *
 * Ids of one generator ascend strictly: the 12 bits after the version count up within a millisecond, and when they
 * run out, or the clock goes back, the time part is carried on from the last id instead of from the clock.
 */

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const COUNTER_MAX = 0xfff
const POOL_BYTES = 4096

export type NewId = (now: number) => string

const DIGITS = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
const TIME_DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12]
/** Where the digits of the random bytes go, in pairs; the first also holds the variant. */
const RANDOM_DIGITS = [19, 21, 24, 26, 28, 30, 32, 34]

/**
 * A source of monotonic UUIDv7s. Random bytes are drawn in pools: a call to the generator costs more than an id. Ids are made
 * of character codes, not of pieces: a text put together of pieces keeps them all, some 400 bytes more for each record that waits.
 */
export const createIds = (): NewId => {
  const pool = new Uint8Array(POOL_BYTES)
  let used = POOL_BYTES
  let lastTime = 0
  let counter = 0
  // What is not written below stays: the hyphens, and the version.
  const codes = Array.from('00000000-0000-7000-8000-000000000000', (unit) => unit.charCodeAt(0))
  // The part that says the millisecond is written once for each: most ids share it with the one before.
  let writtenTime = -1

  const write = (at: number, nibble: number): void => {
    codes[at] = DIGITS[nibble & 15] ?? 0
  }
  const writeTime = (time: number): void => {
    let rest = time
    for (let i = TIME_DIGITS.length - 1; i >= 0; i--) {
      write(TIME_DIGITS[i] ?? 0, rest % 16)
      rest = Math.floor(rest / 16)
    }
    writtenTime = time
  }

  return (now) => {
    const time = Math.trunc(now)
    if (time > lastTime) {
      lastTime = time
      counter = 0
    } else if (counter === COUNTER_MAX) {
      lastTime += 1
      counter = 0
    } else {
      counter += 1
    }
    if (used + 8 > POOL_BYTES) {
      globalThis.crypto.getRandomValues(pool)
      used = 0
    }
    if (lastTime !== writtenTime) writeTime(lastTime)
    write(15, counter >> 8)
    write(16, counter >> 4)
    write(17, counter)
    for (let i = 0; i < RANDOM_DIGITS.length; i++) {
      const byte = pool[used + i] ?? 0
      const at = RANDOM_DIGITS[i] ?? 0
      write(at, i === 0 ? ((byte >> 4) & 3) | 8 : byte >> 4)
      write(at + 1, byte)
    }
    used += 8
    return String.fromCharCode.apply(null, codes)
  }
}

/**
 * An id in UUIDv7's form that is the same whenever it is made from the same name: for records that any reader must
 * be able to derive by itself (the end of a killed run), so that two readers derive one record.
 */
export const derivedId = (now: number, name: string): string => {
  let hex = ''
  for (let part = 0; part < 3; part++) hex += fnv1a(`${part}:${name}`).toString(16).padStart(8, '0')
  const stamp = Math.trunc(now).toString(16).padStart(12, '0')
  const variant = HEX[(Number.parseInt(hex.slice(3, 5), 16) & 0x3f) | 0x80]
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(5, 7)}-${hex.slice(7, 19)}`
}

const fnv1a = (text: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
