/** A level: shape and colour, and the word, which is there for who cannot see it at least. */
import { LEVEL_COLOR, LEVEL_SHAPE, type Level } from '../look/levels.ts'

export const LevelMark = ({ level, word = true }: { level: Level; word?: boolean }) => (
  <span style={{ color: `var(${LEVEL_COLOR[level]})` }} title={level}>
    <span aria-hidden="true" className="inline-block w-4 text-center font-bold">
      {LEVEL_SHAPE[level]}
    </span>
    <span className={word ? 'ml-1' : 'sr-only'}>{level}</span>
  </span>
)
