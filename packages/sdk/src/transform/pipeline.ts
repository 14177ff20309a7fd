/** Transforms one after the other, with the account of what they left out. */
import type { LogRecord } from '../record/index.ts'
import type { AnyTransform, Stage } from './types.ts'

/** `received + made = passed + reduced` at every moment. */
export interface PipelineStats {
  received: number
  /** Records of the transforms themselves, which tell of what they left out. */
  made: number
  passed: number
  /** Left out, by reason. */
  reduced: Record<string, number>
}

export interface Pipeline {
  /** What goes on of a record: itself, changed or not, or nothing. */
  take(record: LogRecord): LogRecord | undefined
  /** What transforms have to tell by now; of unfinished windows too when `settle` is true. */
  due(settle: boolean): LogRecord[]
  /** Whether any of them ever has something to tell. */
  readonly tells: boolean
  stats(): PipelineStats
}

export interface PipelineSettings {
  /** Told what a transform throws; its record goes on as it was. */
  onError?: (error: unknown) => void
  /** Told of every record that is left out. */
  onReduced?: (reason: string) => void
  /** Unix epoch milliseconds. @default Date.now */
  now?: () => number
}

const stageOf = (transform: AnyTransform): Stage =>
  typeof transform === 'function' ? { reason: 'filtered', take: transform } : transform.start()

/**
 * Starts a stage of each transform.
 * @example
 * const pipeline = createPipeline([filter('level:>=info'), dedupe()])
 * const kept = pipeline.take(record)
 */
export const createPipeline = (
  transforms: readonly AnyTransform[],
  { onError = () => {}, onReduced, now = Date.now }: PipelineSettings = {},
): Pipeline => {
  const stages = transforms.map(stageOf)
  const stats: PipelineStats = { received: 0, made: 0, passed: 0, reduced: {} }

  const takeFrom = (first: number, record: LogRecord, at: number): LogRecord | undefined => {
    let going = record
    for (const stage of stages.slice(first)) {
      let taken: LogRecord | undefined
      try {
        taken = stage.take(going, at)
      } catch (error) {
        onError(error)
        continue
      }
      if (taken === undefined) {
        stats.reduced[stage.reason] = (stats.reduced[stage.reason] ?? 0) + 1
        onReduced?.(stage.reason)
        return undefined
      }
      going = taken
    }
    stats.passed += 1
    return going
  }

  /** What a stage tells goes through those behind it. */
  const tell = (index: number, stage: Stage, settle: boolean, at: number): LogRecord[] => {
    try {
      const told = (settle ? (stage.settle ?? stage.due) : stage.due)?.(at) ?? []
      stats.made += told.length
      return told.flatMap((record) => takeFrom(index + 1, record, at) ?? [])
    } catch (error) {
      onError(error)
      return []
    }
  }

  return {
    take(record) {
      stats.received += 1
      return takeFrom(0, record, now())
    },
    due(settle) {
      const at = now()
      return stages.flatMap((stage, index) => tell(index, stage, settle, at))
    },
    tells: stages.some(({ due, settle }) => due !== undefined || settle !== undefined),
    stats: () => ({ ...stats, reduced: { ...stats.reduced } }),
  }
}
