/** Worker threads: where the build puts their files, beside the chunk this module is in or in the build's folder above. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The file of a thread; `undefined` where there is none, as among the sources, which no thread can load. */
export const threadFile = (name: 'seal' | 'writer'): URL | undefined =>
  ['./store', '../store']
    .map((folder) => new URL(`${folder}/${name}-worker.js`, import.meta.url))
    .find((url) => existsSync(fileURLToPath(url)))

/** What batches and seals leave is garbage at once: a small nursery does, and each thread has one of its own. */
export const THREAD_LIMITS = { maxYoungGenerationSizeMb: 8 }
