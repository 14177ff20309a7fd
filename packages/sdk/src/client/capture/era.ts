/** Which era a connection is of, and what its server can do, from the first answers. */
import { META, metaOf, type RequestId } from '../../observe/index.ts'
import { isObject, type Json } from '../../record/index.ts'
import type { Request, Response } from './messages.ts'
import type { Era } from './types.ts'

export interface EraWatch {
  request(request: Request): void
  response(response: Response): void
  /** A legacy handshake was asked for and not answered. */
  introducing(): boolean
  facts(): { era?: Era; protocol?: string; capabilities: readonly string[] }
}

interface Asked {
  era: Era
  protocol: string | undefined
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export const createEraWatch = (): EraWatch => {
  const asked = new Map<RequestId, Asked>()
  let era: Era | undefined
  let protocol: string | undefined
  let capabilities: readonly string[] = []

  return {
    request({ id, method, params }) {
      const introduces = method === 'initialize' || method === 'server/discover'
      if (era !== undefined && !introduces) return
      const version = text(metaOf(params as Json)[META.protocolVersion])
      const initial = isObject(params) ? text(params.protocolVersion) : undefined
      asked.set(id, { era: version === undefined ? 'legacy' : 'modern', protocol: version ?? initial })
    },
    response({ id, result }) {
      if (asked.size === 0) return
      const known = asked.get(id)
      asked.delete(id)
      if (known === undefined || !isObject(result)) return
      era = known.era
      protocol = text(result.protocolVersion) ?? known.protocol
      if (isObject(result.capabilities)) capabilities = Object.keys(result.capabilities)
    },
    introducing: () => [...asked.values()].some((request) => request.era === 'legacy'),
    facts: () => ({
      ...(era === undefined ? {} : { era }),
      ...(protocol === undefined ? {} : { protocol }),
      capabilities,
    }),
  }
}
