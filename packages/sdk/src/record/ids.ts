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

/** A source of monotonic UUIDv7s. Random bytes are drawn in pools: a call to the generator costs more than an id. */
export const createIds = (): NewId => {
  const pool = new Uint8Array(POOL_BYTES)
  let used = POOL_BYTES
  let lastTime = 0
  let counter = 0
  // The part that says the millisecond, made once for each: most ids share it with the one before.
  let prefix = ''
  let prefixTime = -1

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
    if (lastTime !== prefixTime) {
      const stamp = lastTime.toString(16).padStart(12, '0')
      prefix = `${stamp.slice(0, 8)}-${stamp.slice(8)}-7`
      prefixTime = lastTime
    }
    const count = (counter >> 8).toString(16) + HEX[counter & 0xff]
    const hex = (at: number): string => HEX[pool[used + at] ?? 0] ?? ''
    const variant = HEX[((pool[used] ?? 0) & 0x3f) | 0x80]
    const id = `${prefix}${count}-${variant}${hex(1)}-${hex(2)}${hex(3)}${hex(4)}${hex(5)}${hex(6)}${hex(7)}`
    used += 8
    return id
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
