/**
 * When this process started, as `platform` of the command line tells it of any process: with the pid it names the process
 * for good. Linux: `linux:BOOT_ID:TICKS`, exact; elsewhere `ms:EPOCH_MS`.
 */
import { readFileSync } from 'node:fs'
import process from 'node:process'

/** @example ownStart() // 'linux:4f5b…:123456' */
export const ownStart = (): string => {
  if (process.platform === 'linux') {
    try {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
      const stat = readFileSync('/proc/self/stat', 'latin1')
      // The name in parentheses may itself hold spaces and parentheses: the last `)` ends it. Field 22.
      const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
      if (ticks !== undefined) return `linux:${boot}:${ticks}`
    } catch {
      // No /proc: then by the clock.
    }
  }
  return `ms:${Math.round(performance.timeOrigin)}`
}
