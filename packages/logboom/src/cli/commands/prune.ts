/** `logboom prune`: drops old records now, instead of when the store would. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { LogboomError } from '@logboom/sdk/errors'
import { type IngestLock, takeIngestLock } from '../../ingest/lock.ts'
import { homeDirectory } from '../../platform/index.ts'
import { STORE_DIRECTORY } from '../../store/sqlite/format.ts'
import type { Retained, Retention } from '../../store/sqlite/types.ts'
import type { Context } from '../context.ts'
import type { CommonOptions } from '../options.ts'
import { type PrunePlan, planPrune } from '../prune/plan.ts'
import { withStore } from '../reading.ts'
import { count, plural, size } from '../render/index.ts'
import { parseSize } from '../size.ts'
import { parseSpan } from '../time.ts'

export interface PruneOptions extends Pick<CommonOptions, 'home' | 'server' | 'json'> {
  olderThan?: string
  maxSize?: string
  dryRun?: boolean
  yes?: boolean
}

/** How long to wait for another process that writes the store, in milliseconds. */
const PATIENCE_MS = 2000
const LOOK_MS = 50

/**
 * What the options ask for, and nothing of what the store does by itself.
 * @throws LogboomError LB_USAGE
 */
export const pruneLimits = (options: PruneOptions, now: number): Retention => {
  const { olderThan, maxSize, server: servers = [] } = options
  if (olderThan === undefined && maxSize === undefined)
    throw new LogboomError('LB_USAGE', 'prune needs --older-than or --max-size', {
      hint: "To see what would go: 'logboom prune --older-than 7d --dry-run'.",
    })
  if (servers.length > 0 && (olderThan === undefined || maxSize !== undefined))
    throw new LogboomError('LB_USAGE', '--server goes with --older-than alone', {
      hint: 'The size of the store is that of all servers.',
    })
  const pattern = servers.find((name) => name.includes('*'))
  if (pattern !== undefined)
    throw new LogboomError('LB_USAGE', `prune takes whole names, not '${pattern}'`, {
      hint: "'logboom stats' shows the names; repeat --server for several.",
    })
  const age = olderThan === undefined ? Number.POSITIVE_INFINITY : parseSpan(olderThan, '--older-than')
  return {
    now,
    maxBytes: maxSize === undefined ? Number.POSITIVE_INFINITY : parseSize(maxSize, '--max-size'),
    maxAge: servers.length > 0 ? Number.POSITIVE_INFINITY : age,
    servers: Object.fromEntries(servers.map((name) => [name, { maxAge: age }])),
    ...(options.yes === true ? { isConfirmed: true } : {}),
  }
}

const whatGoes = ({ files, records, bytes }: Retained, rewritten: number): string => {
  if (records === 0) return 'nothing'
  const parts = [plural(records, 'record')]
  if (files > 0) parts.push(`${plural(files, 'whole file')} with ${size(bytes)}`)
  if (rewritten > 0) parts.push(`out of ${plural(rewritten, 'file')} written anew`)
  return parts.join(', ')
}

const planText = (plan: PrunePlan): string => {
  const lines = [`Would go: ${whatGoes(plan, plan.rewritten)}. The store has ${size(plan.total)}.`]
  if (plan.mixed > 0)
    lines.push(
      `Whole files go: ${plural(plan.mixed, 'file')} with older records ${plan.mixed === 1 ? 'stays' : 'stay'}, for newer ones stand beside them.`,
    )
  if (plan.isClockDoubtful)
    lines.push(
      'The clock has jumped since this store was last looked after: nothing goes by age unless --yes is given.',
    )
  return lines.join('\n')
}

const isHeld = (home: string): LogboomError =>
  new LogboomError('LB_HUB_RUNNING', `another process writes the store of ${home}`, {
    hint: "A hub ('logboom up') keeps its store within its limits by itself; stop it, or 'logboom tail -f', to prune by hand.",
  })

/** Other commands hold it for a moment only. */
const takeLock = async (home: string): Promise<IngestLock> => {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const lock = takeIngestLock(join(home, STORE_DIRECTORY))
    if (lock !== undefined) return lock
    if (performance.now() > until) throw isHeld(home)
    await pause(LOOK_MS)
  }
}

const retain = async (home: string, limits: Retention): Promise<Retained> => {
  const dir = join(home, STORE_DIRECTORY)
  // Where nothing was ever stored, nothing has to be made.
  if (!existsSync(dir)) return { files: 0, records: 0, bytes: 0 }
  const lock = await takeLock(home)
  try {
    const { openStoreWriter } = await import('../../store/sqlite/write/writer.ts')
    const writer = openStoreWriter({ dir })
    try {
      return await writer.retain(limits)
    } finally {
      await writer.close()
    }
  } finally {
    lock.release()
  }
}

export const run = async (options: PruneOptions, context: Context): Promise<void> => {
  const limits = pruneLimits(options, context.now())
  const home = homeDirectory({
    env: context.env,
    ...(options.home === undefined ? {} : { flag: options.home }),
  })
  // What is still in the journals belongs to the store: any question brings it there.
  await withStore(options, context, async (store) => {
    for await (const _ of store.records({ limit: 1, signal: context.signal })) break
  })
  if (context.signal.aborted) return
  const plan = planPrune(join(home, STORE_DIRECTORY), limits)
  const print = (value: object, text: string): Promise<void> =>
    context.out.write(options.json === true ? `${JSON.stringify(value)}\n` : `${text}\n`)
  const { isClockDoubtful, ...told } = plan

  if (options.dryRun === true) return print({ dryRun: true, ...told }, planText(plan))
  if (context.interactive && options.yes !== true) {
    await print({ dryRun: true, ...told }, planText(plan))
    throw new LogboomError('LB_USAGE', 'nothing was dropped: prune needs --yes on a terminal', {
      hint: 'Give --yes to drop it, or --dry-run to only look.',
    })
  }
  const ticking = setInterval(() => context.progress.show(() => `Pruning ${home} …`), 200)
  const gone = await retain(home, limits).finally(() => {
    clearInterval(ticking)
    context.progress.end()
  })
  await print({ dryRun: false, ...gone }, `Gone: ${whatGoes(gone, 0)}.`)
  if (isClockDoubtful && options.json !== true)
    context.note(
      'The clock has jumped since this store was last looked after: nothing went by age. --yes drops it all the same.',
    )
  if (gone.records < plan.records && options.json !== true && !isClockDoubtful)
    context.note(
      `${count(plan.records - gone.records)} records fewer than planned: the file being written stays.`,
    )
}
