/** Stores made for tests, with the writer's own pieces: any records, cut into files anywhere, each sealed or not. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { LogRecord } from '@logboom/sdk/record'
import { storeFileName } from '../format.ts'
import { emptyManifest, writeManifest } from '../manifest.ts'
import type { Batch, RunMark } from '../types.ts'
import { createEncoder } from '../write/encode.ts'
import { createHotFile, openHotFile } from '../write/hot-file.ts'
import { seal } from '../write/seal.ts'

export interface MadeFile {
  records: readonly LogRecord[]
  sealed: boolean
}

export interface MadeRest {
  marks?: readonly RunMark[]
  opened?: readonly LogRecord[]
  dropped?: Readonly<Record<string, number>>
}

/** Positions a made file may hold; the next file begins after them. */
const POSITIONS = 131_072

/** Writes a store; what is in `rest` goes to the last file. Gives the position of each record, in order. */
export const makeStore = (dir: string, files: readonly MadeFile[], rest: MadeRest = {}): number[] => {
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  const manifest = emptyManifest()
  const { encode } = createEncoder()
  const positions: number[] = []
  let first = 1
  for (const [index, { records, sealed }] of files.entries()) {
    const name = storeFileName('hot', first)
    const path = join(dir, name)
    createHotFile(path, first, [])
    const hot = openHotFile(path, first, 1000)
    const own = index === files.length - 1 ? rest : {}
    hot.append(encode({ ...NOTHING, ...own, records }))
    hot.close()
    positions.push(...records.map((_, at) => first + at))
    if (sealed) {
      manifest.files.push(seal({ dir, source: name, first }))
      rmSync(path)
    } else manifest.files.push({ name, first })
    first += Math.max(POSITIONS, records.length)
  }
  writeManifest(dir, { ...manifest, next: first, generation: 1 })
  return positions
}

const NOTHING: Batch = { records: [], marks: [], forget: [], opened: [], closed: [], dropped: {} }
