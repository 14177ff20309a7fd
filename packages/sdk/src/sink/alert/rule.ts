/**
 * When an alert fires, is told again, and is over. Pure: fed with records that match and with the time, it answers with what is
 * to be told.
 *
 * - Time is that of arrival, on a clock that never goes back (`at`, milliseconds from anywhere). Each group has a window of its own.
 * - `threshold` records within the window: the alert of the group *fires*, and that is told once.
 * - While as many stay within it, it is told again (a *reminder*) when `cooldown` has passed since it was last told and another record
 *   has come since. An alert about which there is nothing new is not repeated.
 * - When there have been fewer than `threshold` for a whole window, it is *resolved*, once. A burst within that time is the same
 *   alert. What comes afterwards may fire anew, whatever the cool-down.
 * - Groups are bounded. For a new one the longest untouched goes, of those whose alert does not fire; it is `forgotten` if records
 *   were still in its window. When the alerts of all fire, a record of another is `ungrouped`: it counts nowhere.
 */
import { createWindow, STEPS, type Window } from './window.ts'

/** Records of a group that are kept to be told. */
export const TOLD_RECORDS = 10

export interface RuleSettings {
  threshold: number
  windowMs: number
  cooldownMs: number
  maxGroups: number
}

/** One alert of one group. `firing` is told when it fires and with every reminder. */
export interface Told<Seen> {
  state: 'firing' | 'resolved'
  /** Which reminder this is; 0 when it fires and when it is resolved. */
  reminder: number
  /** Records in the window; once resolved, all that matched since those it fired with, these included. */
  count: number
  /** Highest severity (0 to 7) in the window; once resolved, of all of it. */
  top: number
  group: string
  /** The newest of these records, oldest first. */
  seen: Seen[]
}

export interface RuleStats {
  fired: number
  reminded: number
  resolved: number
  /** Alerts that fire now. */
  firing: number
  groups: number
  forgotten: number
  ungrouped: number
}

export interface Rule<Seen> {
  /** A record that matches. `group` is the group's key, `at` the time. */
  take(group: string, severity: number, seen: Seen, at: number): Told<Seen>[]
  /** What time alone has brought. */
  look(at: number): Told<Seen>[]
  /** When to look next; undefined: not until something has been told. What comes until then only moves it back. */
  due(at: number): number | undefined
  stats(): RuleStats
}

interface Firing {
  toldAt: number
  reminders: number
  count: number
  top: number
  /** Since which step there are too few. */
  below: number | undefined
  /** A record has come since it was last told. */
  news: boolean
}

interface Group<Seen> {
  key: string
  window: Window
  recent: { step: number; seen: Seen }[]
  firing: Firing | undefined
}

export const createRule = <Seen>(settings: RuleSettings): Rule<Seen> => {
  const { threshold, windowMs, cooldownMs, maxGroups } = settings
  const stepMs = windowMs / STEPS
  const stepOf = (at: number): number => Math.floor(at / stepMs)
  /** Longest untouched first. */
  const quiet = new Map<string, Group<Seen>>()
  const firing = new Map<string, Group<Seen>>()
  const counts = { fired: 0, reminded: 0, resolved: 0, forgotten: 0, ungrouped: 0 }

  const told = (group: Group<Seen>, alert: Firing, state: Told<Seen>['state']): Told<Seen> => {
    const over = state === 'resolved'
    return {
      state,
      reminder: over ? 0 : alert.reminders,
      count: over ? alert.count : group.window.total,
      top: over ? alert.top : group.window.top(),
      group: group.key,
      seen: group.recent.map(({ seen }) => seen),
    }
  }

  /** Brings the group's window up to this step; what is over is resolved. */
  const settle = (group: Group<Seen>, step: number): Told<Seen>[] => {
    const fell = group.window.advance(step)
    const alert = group.firing
    if (alert === undefined) return []
    alert.below ??= fell
    if (alert.below === undefined || step - alert.below < STEPS) return []
    counts.resolved += 1
    const resolved = told(group, alert, 'resolved')
    group.firing = undefined
    firing.delete(group.key)
    quiet.set(group.key, group)
    return [resolved]
  }

  /** Fires, or reminds, if it is time. */
  const rouse = (group: Group<Seen>, step: number, at: number): Told<Seen>[] => {
    if (group.window.total < threshold) return []
    const alert = group.firing
    /** Older ones have nothing to do with it. */
    const recent = (): typeof group.recent => group.recent.filter((one) => one.step + STEPS > step)
    if (alert === undefined) {
      counts.fired += 1
      group.recent = recent()
      const { total } = group.window
      const top = group.window.top()
      const fresh: Firing = {
        ...{ toldAt: at, reminders: 0, news: false },
        ...{ count: total, top, below: undefined },
      }
      group.firing = fresh
      quiet.delete(group.key)
      firing.set(group.key, group)
      return [told(group, fresh, 'firing')]
    }
    if (!alert.news || at - alert.toldAt < cooldownMs) return []
    counts.reminded += 1
    alert.reminders += 1
    alert.toldAt = at
    alert.news = false
    return [told({ ...group, recent: recent() }, alert, 'firing')]
  }

  /** Makes room for one group more; false when there is none. */
  const makeRoom = (step: number): boolean => {
    if (quiet.size + firing.size < maxGroups) return true
    const [oldest] = quiet.values()
    if (oldest === undefined) return false
    oldest.window.advance(step)
    if (oldest.window.total > 0) counts.forgotten += 1
    return quiet.delete(oldest.key)
  }

  const find = (key: string, step: number): Group<Seen> | undefined => {
    const known = firing.get(key) ?? quiet.get(key)
    if (known !== undefined) return known
    if (!makeRoom(step)) return undefined
    return { key, window: createWindow(threshold), recent: [], firing: undefined }
  }

  const dueOf = ({ window, firing: alert }: Group<Seen>, at: number): number => {
    if (alert === undefined) return Number.POSITIVE_INFINITY
    const over = ((alert.below ?? window.fallsAt()) + STEPS) * stepMs
    // Whether or not there is something new by now. Later, the next record itself brings the reminder.
    const reminder = alert.toldAt + cooldownMs
    return reminder > at ? Math.min(over, reminder) : over
  }

  return {
    take(key, severity, seen, at) {
      const step = stepOf(at)
      const group = find(key, step)
      if (group === undefined) {
        counts.ungrouped += 1
        return []
      }
      const resolved = settle(group, step)
      group.window.add(step, severity)
      group.recent.push({ step, seen })
      if (group.recent.length > TOLD_RECORDS) group.recent.shift()
      if (group.firing === undefined) {
        quiet.delete(key)
        quiet.set(key, group)
      } else {
        const alert = group.firing
        alert.news = true
        alert.count += 1
        alert.top = Math.max(alert.top, severity)
        if (group.window.total >= threshold) alert.below = undefined
      }
      return [...resolved, ...rouse(group, step, at)]
    },
    look(at) {
      const step = stepOf(at)
      return [...firing.values()].flatMap((group) => {
        const resolved = settle(group, step)
        return resolved.length > 0 ? resolved : rouse(group, step, at)
      })
    },
    due(at) {
      let due = Number.POSITIVE_INFINITY
      for (const group of firing.values()) due = Math.min(due, dueOf(group, at))
      return Number.isFinite(due) ? due : undefined
    },
    stats: () => ({ ...counts, firing: firing.size, groups: quiet.size + firing.size }),
  }
}
