/** How runs of a server ended: their last words. A click shows what came before. */
import type { Server } from '../api/client.ts'
import { go } from '../location/index.ts'
import { formatTime } from '../parts/format.ts'
import { LevelMark } from '../parts/level.tsx'
import { LogText } from '../parts/log-text.tsx'
import { useSettings } from '../settings/index.ts'
import { useText } from '../text/index.tsx'
import { around } from './ways.ts'

/** The others are in the list of runs. */
const SHOWN = 3

export const Exits = ({ server, exits }: { server: string; exits: Server['exits'] }) => {
  const t = useText().servers
  const { time } = useSettings()
  if (exits.length === 0) return null
  return (
    <div className="flex flex-col">
      <h3 className="text-dim">{t.exits}</h3>
      <ul>
        {exits.slice(0, SHOWN).map((exit) => (
          <li key={`${exit.run} ${exit.time}`}>
            <button
              type="button"
              title={t.showBefore}
              className="flex w-full gap-2 rounded px-1 text-left hover:bg-row"
              onClick={() => go(around(server, exit.run, exit.time))}
            >
              <time className="mono shrink-0 text-dim">{formatTime(exit.time, time, Date.now())}</time>
              <LevelMark level={exit.level} />
              <span className="mono min-w-0 truncate">
                <LogText text={exit.message} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
