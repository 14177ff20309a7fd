/** What an alert has to tell, worked out step by step from everything that ever came: slow, and sharing nothing with `rule.ts`. */

export interface Op {
  /** What the clock goes by until then, milliseconds; below 0: it was set back. */
  by: number
  /** Undefined: somebody only looks. */
  record?: { group: string; severity: number }
}

export interface ModelSettings {
  threshold: number
  windowMs: number
  cooldownMs: number
}

export interface ModelTold {
  state: 'firing' | 'resolved'
  reminder: number
  count: number
  top: number
  group: string
  /** Records told of, by their number among all operations. */
  seen: number[]
}

interface Arrival {
  step: number
  severity: number
  op: number
}

interface ModelGroup {
  arrivals: Arrival[]
  firing?: {
    firstOp: number
    toldAt: number
    told: number
    lastToldOp: number
    tooFewSince?: number
    over: boolean
  }
}

const STEPS = 256

export const modelOf = (
  { threshold, windowMs, cooldownMs }: ModelSettings,
  ops: readonly Op[],
): ModelTold[] => {
  const groups = new Map<string, ModelGroup>()
  const told: ModelTold[] = []
  let at = 0
  let step = 0
  const within = ({ arrivals }: ModelGroup, now: number): Arrival[] =>
    arrivals.filter((arrival) => arrival.step > now - STEPS)
  const top = (arrivals: Arrival[]): number => Math.max(...arrivals.map(({ severity }) => severity))
  const tell = (group: string, state: ModelTold['state'], reminder: number, from: Arrival[]): void => {
    const newest = from.slice(-10).map(({ op }) => op)
    told.push({ state, reminder, count: from.length, top: top(from), group, seen: newest })
  }

  const resolve = (name: string, group: ModelGroup): void => {
    if (!group.firing?.over) return
    const { firstOp } = group.firing
    tell(
      name,
      'resolved',
      0,
      group.arrivals.filter(({ op }) => op >= firstOp),
    )
    delete group.firing
  }

  const judge = (name: string, group: ModelGroup, op: number): void => {
    const now = within(group, step)
    if (now.length < threshold) return
    if (group.firing === undefined) {
      group.firing = { firstOp: now[0]?.op ?? 0, toldAt: at, told: 0, lastToldOp: op, over: false }
      tell(name, 'firing', 0, now)
      return
    }
    const { firing } = group
    delete firing.tooFewSince
    const isNew = now.some((arrival) => arrival.op > firing.lastToldOp)
    if (!isNew || at - firing.toldAt < cooldownMs) return
    firing.told += 1
    firing.toldAt = at
    firing.lastToldOp = op
    tell(name, 'firing', firing.told, now)
  }

  ops.forEach(({ by, record }, op) => {
    at += Math.max(0, by)
    const until = Math.floor(at / (windowMs / STEPS))
    for (step += 1; step <= until; step++)
      for (const group of groups.values()) {
        const { firing } = group
        if (firing === undefined) continue
        if (within(group, step).length < threshold) firing.tooFewSince ??= step
        if (firing.tooFewSince !== undefined && step - firing.tooFewSince >= STEPS) firing.over = true
      }
    step = until
    if (record === undefined) {
      for (const [name, group] of groups) {
        resolve(name, group)
        if (group.firing !== undefined) judge(name, group, op)
      }
      return
    }
    const group = groups.get(record.group) ?? { arrivals: [] }
    groups.set(record.group, group)
    resolve(record.group, group)
    group.arrivals.push({ step, severity: record.severity, op })
    judge(record.group, group, op)
  })
  return told
}
