/** What is told of each server: the store's counts, with what its runs and its reports of drops say. */
import { parseQuery } from '@logboom/sdk/query'
import type { Level } from '@logboom/sdk/record'
import type { Archive, RunSummary, Selection, ServerStats } from '../store/contract.ts'

const MAX_EXITS = 10
/** Newest reports of drops that are added up. */
const MAX_REPORTS = 1000
/** Newest handshakes and deprecations that are looked at: a run tells one, or a few. */
const MAX_TOLD = 1000

const PROTOCOL = parseQuery('source:lifecycle (@event:deprecation OR @event:handshake)', { now: 0 })
const DROPS = parseQuery('source:lifecycle @event:drop', { now: 0 })

const NOTHING_TOLD: Protocol = { deprecations: new Set() }

export interface ServerSummary extends ServerStats {
  exits: { run: string; message: string; level: Level; time: number }[]
  protocols: string[]
  clients: string[]
  versions: string[]
  dropped: Record<string, number>
  deprecations: string[]
  capabilities?: string[]
}

/** Every server of which a record is in the selection. */
export const serverSummaries = async (archive: Archive, selection: Selection): Promise<ServerSummary[]> => {
  const { servers } = await archive.stats(selection)
  const runs = await archive.runs(selection)
  const drops = await dropsByServer(archive, selection)
  const protocol = await protocolByServer(archive, selection)
  return servers.map((server) => {
    const own = runs.filter((run) => run.server === server.server)
    const { deprecations, capabilities } = protocol.get(server.server) ?? NOTHING_TOLD
    return {
      ...server,
      exits: exitsOf(own),
      protocols: distinct(own.map(({ protocol }) => protocol)),
      clients: distinct(own.map(({ client }) => client)),
      versions: distinct(own.map(({ serverVersion }) => serverVersion)),
      dropped: Object.fromEntries(drops.get(server.server) ?? []),
      deprecations: [...deprecations].sort(),
      ...(capabilities === undefined ? {} : { capabilities }),
    }
  })
}

const exitsOf = (runs: readonly RunSummary[]): ServerSummary['exits'] =>
  runs
    .flatMap(({ run, exit }) => (exit === undefined ? [] : [{ run, ...exit }]))
    .sort((a, b) => b.time - a.time)
    .slice(0, MAX_EXITS)

const distinct = (values: readonly (string | undefined)[]): string[] =>
  [...new Set(values)].filter((value) => value !== undefined).sort()

/** What the reports within the selection's time say, whatever else it asks for: a report is no log. */
const dropsByServer = async (
  archive: Archive,
  { filter: _, ...within }: Selection,
): Promise<Map<string, Map<string, number>>> => {
  const { items } = await archive.page({
    ...within,
    filter: DROPS,
    order: 'newest',
    limit: MAX_REPORTS,
  })
  const servers = new Map<string, Map<string, number>>()
  for (const { record } of items) {
    const { reason, records } = record.attributes
    if (typeof reason !== 'string' || typeof records !== 'number') continue
    const reasons = servers.get(record.server) ?? new Map<string, number>()
    servers.set(record.server, reasons)
    reasons.set(reason, (reasons.get(reason) ?? 0) + records)
  }
  return servers
}

interface Protocol {
  deprecations: Set<string>
  capabilities?: string[]
}

/** What handshakes and the warnings about what is deprecated say, within the selection's time. */
const protocolByServer = async (
  archive: Archive,
  { filter: _, ...within }: Selection,
): Promise<Map<string, Protocol>> => {
  const told = { ...within, filter: PROTOCOL, order: 'newest', limit: MAX_TOLD } as const
  const servers = new Map<string, Protocol>()
  for (const { record } of (await archive.page(told)).items) {
    const { feature, serverCapabilities } = record.attributes
    const known = servers.get(record.server) ?? { deprecations: new Set<string>() }
    servers.set(record.server, known)
    if (typeof feature === 'string') known.deprecations.add(feature)
    if (known.capabilities === undefined && Array.isArray(serverCapabilities))
      known.capabilities = serverCapabilities.filter((name) => typeof name === 'string').sort()
  }
  return servers
}
