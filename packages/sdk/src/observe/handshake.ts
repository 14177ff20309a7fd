/**
 * Who talks to whom, in which era: what the handshake (legacy: `initialize`) or the `_meta` of any request and result
 * (modern) tells. It is put on every later record, and told once in a record of its own.
 */
import { type Attributes, type ClientInfo, isObject, type Json } from '../record/index.ts'
import type { Drafting } from './draft.ts'
import { META, metaOf, readImplementation } from './meta.ts'

export interface Handshake {
  /** Reads a request of the client before it is recorded. */
  request(method: string, params: Attributes): void
  /** Reads an answer of the server after it is recorded. */
  answer(method: string, params: Attributes, outcome: { result?: Json; error?: Json }, at: number): void
  /** Tells a deprecated feature in use, once a run. */
  deprecated(feature: string, advice: string, at: number): void
}

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

const peerText = (peer: ClientInfo | undefined): string =>
  peer === undefined ? 'unknown' : peer.version === undefined ? peer.name : `${peer.name} ${peer.version}`

/** `{name: [capabilities]}` where a message lists them; only then, for not every modern answer does. */
const capabilities = (name: string, holder: Json | undefined): Attributes =>
  isObject(holder) && isObject(holder.capabilities) ? { [name]: Object.keys(holder.capabilities) } : {}

export const createHandshake = (drafting: Drafting): Handshake => {
  const { facts } = drafting
  const toldDeprecations = new Set<string>()
  let told = false
  let server: ClientInfo | undefined

  const tell = (at: number, attributes: Attributes): void => {
    if (told) return
    told = true
    drafting.emit(
      {
        source: 'lifecycle',
        level: 'info',
        message: `client ${peerText(facts.client)}, server ${peerText(server)}, protocol ${facts.protocol ?? 'unknown'}`,
        attributes: { event: 'handshake', ...attributes },
      },
      at,
    )
  }

  const tellFailure = (method: string, error: Json, at: number): void => {
    const reason = isObject(error)
      ? (text(error.message as Json) ?? JSON.stringify(error))
      : JSON.stringify(error)
    drafting.emit(
      {
        source: 'lifecycle',
        level: 'error',
        message: `handshake failed: ${method} was refused: ${reason}`,
        attributes: { event: 'handshake', failed: true, error },
      },
      at,
    )
  }

  const learnServer = (info: Json | undefined): void => {
    server = readImplementation(info) ?? server
    if (server?.version !== undefined) facts.serverVersion = server.version
  }

  return {
    request(method, params) {
      const meta = metaOf(params)
      const version = text(meta[META.protocolVersion])
      if (version !== undefined) {
        facts.protocol = version
        const client = readImplementation(meta[META.clientInfo])
        if (client !== undefined) facts.client = client
      }
      if (method !== 'initialize') return
      const client = readImplementation(params.clientInfo)
      if (client !== undefined) facts.client = client
    },
    answer(method, params, { result, error }, at) {
      if (error !== undefined) {
        // A legacy server refuses the probe of a modern client: that is how the two find their common era.
        if (method === 'initialize') tellFailure(method, error, at)
        return
      }
      const modern = metaOf(params)[META.protocolVersion] !== undefined
      if (modern) {
        learnServer(metaOf(result)[META.serverInfo])
        tell(at, { era: 'modern', ...capabilities('serverCapabilities', result) })
      } else if (method === 'initialize' && isObject(result)) {
        learnServer(result.serverInfo as Json)
        const requested = text(params.protocolVersion)
        const version = text(result.protocolVersion as Json) ?? requested
        if (version !== undefined) facts.protocol = version
        const attributes: Attributes = {
          era: 'legacy',
          ...capabilities('serverCapabilities', result as Attributes),
          ...capabilities('clientCapabilities', params),
        }
        if (requested !== undefined && requested !== version) attributes.requestedProtocol = requested
        tell(at, attributes)
      }
    },
    deprecated(feature, advice, at) {
      if (toldDeprecations.has(feature)) return
      toldDeprecations.add(feature)
      drafting.emit(
        {
          source: 'lifecycle',
          level: 'warning',
          message: `${feature} is deprecated since protocol 2026-07-28: ${advice}`,
          attributes: { event: 'deprecation', feature },
        },
        at,
      )
    },
  }
}
