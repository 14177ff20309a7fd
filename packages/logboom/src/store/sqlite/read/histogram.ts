/** How many records matched when, and split by a field. */
import type { Histogram, HistogramQuery } from '../../contract.ts'
import { fieldReader } from './field.ts'
import type { Reader } from './reader.ts'
import { recordOf } from './scan.ts'
import type { Series } from './series.ts'
import { tallyGroups } from './tally.ts'

type Buckets = Map<number, { count: number; by: Map<string, number> }>

/** Records without the field have no key; no field's value is this. */
const NONE = '\0none'

export const readHistogram = async (reader: Reader, query: HistogramQuery): Promise<Histogram> => {
  const { step, by, ...selection } = query
  const buckets: Buckets = new Map()
  const bucketAt = (time: number) => {
    const bucket = buckets.get(time) ?? { count: 0, by: new Map<string, number>() }
    buckets.set(time, bucket)
    return bucket
  }
  const field = by === undefined ? undefined : fieldReader(by)
  if (field === undefined || field.ofSeries) {
    const group = ({ sample }: Series): string => field?.values(sample)[0] ?? NONE
    await tallyGroups(reader, selection, { step, group }, (key, time, rows) => {
      const bucket = bucketAt(time)
      bucket.count += rows
      if (key !== NONE) bucket.by.set(key, (bucket.by.get(key) ?? 0) + rows)
    })
  } else {
    for await (const hits of reader.scan(selection, {
      order: 'oldest',
      wants: 'record',
      before: reader.last() + 1,
    })) {
      for (const hit of hits) {
        const bucket = bucketAt(Math.floor(hit.time / step) * step)
        bucket.count += 1
        for (const value of field.values(recordOf(hit))) bucket.by.set(value, (bucket.by.get(value) ?? 0) + 1)
      }
    }
  }
  const found = [...buckets].sort(([a], [b]) => a - b)
  return {
    step,
    buckets: found.map(([time, bucket]) => ({
      time,
      count: bucket.count,
      ...(by === undefined ? {} : { by: Object.fromEntries(bucket.by) }),
    })),
    total: found.reduce((sum, [, { count }]) => sum + count, 0),
  }
}
