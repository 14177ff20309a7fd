/** The fields that pino-pretty prints below a line: `    user: "ann"`, a value being JSON over as many lines as it takes. */
import { type Attributes, type Json, setOwn } from '../../record/index.ts'

export const FIELD = /^ {4}([\w.@$-]{1,128}): ?/

/** Fields that could be read, and the lines that could not. */
export const readPrettyFields = (lines: readonly string[]): { attributes: Attributes; rest: string[] } => {
  const attributes: Attributes = {}
  const rest: string[] = []
  let at = 0
  while (at < lines.length) {
    const line = lines[at] ?? ''
    let end = at + 1
    const match = FIELD.exec(line)
    // A value's further lines are indented deeper, its closing bracket as deep as its name.
    while (end < lines.length && !FIELD.test(lines[end] ?? '')) end++
    const part = lines.slice(at, end)
    const value = match === null ? undefined : parse(part.join('\n').slice(match[0].length))
    if (match === null || value === undefined) rest.push(...part)
    else setOwn(attributes, match[1] ?? '', value)
    at = end
  }
  return { attributes, rest }
}

const parse = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
