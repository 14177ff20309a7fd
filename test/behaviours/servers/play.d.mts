import type { LoggingOptions, ServerLogging } from '@logboom/sdk/server'
import type { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { McpServer as McpServerV2 } from '@modelcontextprotocol/server'

/** One thing the tool does; see `play.mjs`. */
export type Step = Record<string, unknown>
export type PlayOptions = LoggingOptions & { brokenSerializer?: boolean }
export declare const breaks: () => string

export declare const INFO: { name: string; version: string }
export declare const createPlayServer: (
  line: 'v1' | 'v2',
  options?: PlayOptions,
  seen?: (steps: Step[]) => void,
) => (McpServerV1 | McpServerV2) & { logging: ServerLogging }
