/** Records by level: a bar, and the numbers with their marks beside it. */
import type { Server } from '../api/client.ts'
import { go } from '../location/index.ts'
import { LEVEL_COLOR } from '../look/levels.ts'
import { Button } from '../parts/button.tsx'
import { formatCount } from '../parts/format.ts'
import { LevelMark } from '../parts/level.tsx'
import { TAG, useLanguage } from '../text/index.tsx'
import { sharesOf } from './levels.ts'
import { ofServer } from './ways.ts'

export const LevelBar = ({ server, levels }: { server: string; levels: Server['levels'] }) => {
  const tag = TAG[useLanguage()]
  const shares = sharesOf(levels)
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <div aria-hidden="true" className="flex h-2 w-60 gap-px overflow-hidden rounded-sm bg-row">
        {shares.map(({ level, share }) => (
          <div
            key={level}
            className="min-w-0.5"
            style={{ width: `${share * 100}%`, background: `var(${LEVEL_COLOR[level]})` }}
          />
        ))}
      </div>
      {shares.map(({ level, count }) => (
        <Button key={level} plain onClick={() => go(ofServer(server, { level }))}>
          <LevelMark level={level} />
          <span className="tabular-nums">{formatCount(count, tag)}</span>
        </Button>
      ))}
    </div>
  )
}
