import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { nodeFs } from './fs.ts'

it('makes a directory with those above it, for its owner alone, and again without an error', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'logboom-'))
  try {
    const path = join(dir, 'a', 'b', 'journal')
    await Promise.all([nodeFs.makeDirectory(path), nodeFs.makeDirectory(path)])
    await nodeFs.makeDirectory(path)
    expect((await stat(path)).mode & 0o777).toBe(0o700)
  } finally {
    await rm(dir, { recursive: true })
  }
})

it.skipIf(process.platform !== 'linux')('gives up at once where nothing can be made', async () => {
  await expect(nodeFs.makeDirectory('/proc/logboom/journal')).rejects.toThrow('ENOENT')
})
