import type { KeyName } from '../../keys/map.ts'

/** The help behind `?`. */
export const keys = {
  title: 'Keys',
  letters: 'Single-letter keys',
  names: {
    search: 'Ask (put the cursor in the query box)',
    down: 'Next row',
    up: 'Previous row',
    open: 'Show details',
    back: 'Back: close what is open, leave the box',
    pause: 'Pause, go on',
    live: 'Go to the live end',
    top: 'Go to the top',
    nextError: 'Next error',
    previousError: 'Previous error',
    wrap: 'Wrap lines',
    time: 'Time: relative, local, UTC',
    density: 'Density',
    context: 'View in context',
    copy: 'Copy the record as JSON',
    filterIn: "Only this record's server",
    filterOut: "Without this record's pattern",
    mark: 'Highlight without filtering',
    histogram: 'Show or hide the histogram',
    stream: 'Stream',
    calls: 'Calls',
    tools: 'Tools',
    servers: 'Servers',
    patterns: 'Patterns',
    help: 'This help',
  } satisfies Record<KeyName, string> as Record<KeyName, string>,
}
