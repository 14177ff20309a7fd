/** Label values in bounded number and length: servers and tools name themselves. */

/** UTF-16 units of a value; what is longer is cut and ends in `…`. */
export const MAX_LABEL = 100
/** The value that all share who come after the bound. */
export const OTHER = 'other'

export interface LabelLimits {
  /** Servers with series of their own; the others share `other`. @default 200 */
  maxServers?: number
  /** Tools with series of their own, over all servers; the others of each server share `other`. @default 500 */
  maxTools?: number
}

export interface Labels {
  server(name: string): string
  /** `server` is a label already. No tool is the empty value, which Prometheus takes for none. */
  tool(server: string, name: string | undefined): string
  reason(name: string): string
}

const MAX_SERVERS = 200
const MAX_TOOLS = 500
/** Reasons are ours, or those of a stage somebody wrote. */
const MAX_REASONS = 50

const cut = (value: string): string =>
  (value.length <= MAX_LABEL ? value : `${value.slice(0, MAX_LABEL)}…`).toWellFormed()

/** A set of at most so many values: those that came first. */
const firstOf = (max: number): ((value: string) => boolean) => {
  const known = new Set<string>()
  return (value) => {
    if (known.has(value)) return true
    if (known.size >= max) return false
    known.add(value)
    return true
  }
}

export const createLabels = ({
  maxServers = MAX_SERVERS,
  maxTools = MAX_TOOLS,
}: LabelLimits = {}): Labels => {
  const isServer = firstOf(maxServers)
  const isTool = firstOf(maxTools)
  const isReason = firstOf(MAX_REASONS)
  return {
    server(name) {
      // prom-client tells series apart by their labels put together as text: with this in a server, two could be one.
      const label = cut(name).replaceAll(',tool:', ';tool:')
      return isServer(label) ? label : OTHER
    },
    tool(server, name) {
      if (name === undefined) return ''
      const label = cut(name)
      return isTool(JSON.stringify([server, label])) ? label : OTHER
    },
    reason(name) {
      const label = cut(name)
      return isReason(label) ? label : OTHER
    },
  }
}
