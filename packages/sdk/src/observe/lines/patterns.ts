/** All regular expressions that a server's lines are matched against, for the check that none of them is slow. */
import { BOX_REGEXES } from './blocks/boxes.ts'
import { FRAMES_REGEXES } from './blocks/frames.ts'
import { THROWN } from './blocks/lines.ts'
import { PANIC_REGEXES } from './blocks/panics.ts'
import { PYTHON_REGEXES } from './blocks/python.ts'
import { RICH_REGEXES } from './blocks/rich.ts'
import { CLOCKED } from './patterns/clocked.ts'
import * as plain from './patterns/plain.ts'
import { envLogger, STAMPED, STAMPED_PARTS } from './patterns/stamped.ts'
import { FIELD } from './pretty-fields.ts'
import { ANSI, CONTROL } from './text.ts'
import { CLOCK_STAMP, FULL_STAMP, RICH_STAMP } from './time.ts'

export interface LinePattern {
  name: string
  regex: RegExp
}

/** Every regular expression of `lines`, named. */
export const LINE_PATTERNS: readonly LinePattern[] = [
  { name: 'ansi', regex: ANSI },
  { name: 'control', regex: CONTROL },
  { name: 'full-stamp', regex: FULL_STAMP },
  { name: 'clock-stamp', regex: CLOCK_STAMP },
  { name: 'rich-stamp', regex: RICH_STAMP },
  ...new Set([...STAMPED, envLogger, ...CLOCKED, ...plain.ALL]),
  ...STAMPED_PARTS,
  { name: 'pretty-field', regex: FIELD },
  { name: 'thrown', regex: THROWN },
  ...PYTHON_REGEXES,
  ...FRAMES_REGEXES,
  ...PANIC_REGEXES,
  ...BOX_REGEXES,
  ...RICH_REGEXES,
].map(({ name, regex }) => ({ name, regex }))
