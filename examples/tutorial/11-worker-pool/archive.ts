/** Runs in the threads: signs each line, which is work for a processor, and appends it to a file. */
import { pbkdf2Sync } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import type { LogRecord } from '@logboom/sdk/record'

export const createSink =
  ({ file }: { file: string }) =>
  (batch: readonly LogRecord[]): void => {
    for (const { source, message } of batch) {
      if (source !== 'message') continue
      const signature = pbkdf2Sync(message, 'salt', 20_000, 16, 'sha256').toString('hex')
      appendFileSync(file, `${message} ${signature}\n`)
    }
  }
