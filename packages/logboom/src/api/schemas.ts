/**
 * The shapes of answers, each with its name in the OpenAPI document. They describe; answers are made by the store, and the
 * types of both are held together by `route.ts`.
 */
import { LEVELS, OUTCOMES, SOURCES } from '@logboom/sdk/record'
import * as z from 'zod'
import { PARTIES, RULES } from '../blame/index.ts'
import { SIZED } from './sizes.ts'

/** Every shape that has a name of its own. */
export const SHAPES = z.registry<{ id: string }>()

const named = <T extends z.ZodType>(id: string, shape: T): T => {
  SHAPES.add(shape, { id })
  return shape
}

const count = z.int().nonnegative()
const position = z.int().nonnegative().describe('The order in which the hub accepted the record')
const millis = z.number().describe('Unix epoch milliseconds')
const level = named('Level', z.enum(LEVELS))
const byLevel = z.partialRecord(level, count)

const namedCall = named(
  'Call',
  z.object({
    id: z.string(),
    method: z.string(),
    tool: z.string().optional(),
    requestId: z.union([z.string(), z.number()]),
    from: z.enum(['client', 'server']),
    attribution: z.enum(['exact', 'inferred']),
    status: z.enum(['started', ...OUTCOMES]).optional(),
    durationMs: z.number().optional(),
  }),
)

const ambiguousCall = named(
  'AmbiguousCall',
  z.object({ attribution: z.literal('ambiguous'), candidates: z.array(z.string()) }),
)

export const record = named(
  'Record',
  z.object({
    id: z.string(),
    time: millis,
    observed: millis,
    seq: count,
    level,
    server: z.string(),
    run: z.string(),
    source: z.enum(SOURCES),
    logger: z.string().optional(),
    message: z.string(),
    attributes: z.record(z.string(), z.unknown()),
    call: z.union([namedCall, ambiguousCall]).optional(),
    traceId: z.string().optional(),
    spanId: z.string().optional(),
    client: z.object({ name: z.string(), version: z.string().optional() }).optional(),
    serverVersion: z.string().optional(),
    protocol: z.string().optional(),
    host: z.string().optional(),
    session: z.string().optional(),
    redacted: count.optional(),
    truncated: count.optional(),
  }),
)

export const stored = named('Stored', z.object({ position, record }))

export const recordPage = named(
  'RecordPage',
  z.object({
    items: z.array(stored),
    more: z.boolean().describe('More records match beyond the last item'),
    last: position.describe(
      'The newest position of the store when the page was taken: a tail goes on after it',
    ),
  }),
)

export const around = named(
  'Around',
  z.object({
    items: z.array(stored).describe('Oldest first, the record itself among them'),
    moreBefore: z.boolean(),
    moreAfter: z.boolean(),
  }),
)

export const histogram = named(
  'Histogram',
  z.object({
    step: z.number().positive().describe('Milliseconds of a bucket'),
    buckets: z
      .array(z.object({ time: millis, count, by: z.record(z.string(), count).optional() }))
      .describe('Oldest first, without empty ones; `time` is where a bucket begins'),
    total: count,
  }),
)

export const facets = named(
  'Facets',
  z.object({
    facets: z.array(
      z.object({
        field: z.string(),
        values: z.array(z.object({ value: z.string(), count })).describe('Most frequent first'),
        other: count.describe('Records with a value beyond those listed'),
        missing: count.describe('Records without a value'),
      }),
    ),
  }),
)

export const fields = named(
  'Fields',
  z.object({
    fields: z.array(
      z.object({
        name: z.string().describe('As the query language writes it'),
        types: z.array(z.enum(['string', 'number', 'boolean', 'object', 'array'])),
        count,
        examples: z.array(z.string()),
      }),
    ),
  }),
)

export const patterns = named(
  'Patterns',
  z.object({
    patterns: z.array(
      z.object({
        pattern: z.string().describe('The message, with `<*>` for what varies'),
        count,
        levels: byLevel,
        servers: z.array(z.string()),
        first: millis,
        last: millis,
        example: stored,
      }),
    ),
  }),
)

export const callPage = named(
  'CallPage',
  z.object({
    items: z.array(
      z.object({
        call: namedCall,
        server: z.string(),
        run: z.string(),
        client: z.string().optional(),
        traceId: z.string().optional(),
        requestBytes: count.optional().describe('Sizes of its messages, as far as they were seen'),
        responseBytes: count.optional(),
        position: position.describe('Of its start, or of its outcome where that was dropped'),
        time: millis,
        outcome: z
          .object({ position, time: millis, level, message: z.string() })
          .optional()
          .describe('Absent while the call is open'),
      }),
    ),
    more: z.boolean(),
  }),
)

const exit = { message: z.string(), level, time: millis }

const blame = named(
  'Blame',
  z.object({
    party: z.enum(PARTIES),
    rule: z.enum(RULES),
    detail: z.string().optional().describe('The words that say so, at most 200 characters'),
    record: z.string().optional().describe('Id of the record that says so'),
  }),
)

export const story = named(
  'CallStory',
  z.object({
    call: namedCall,
    server: z.string(),
    run: z.string(),
    started: record.describe('Its start; where that was dropped, its outcome'),
    outcome: record.optional(),
    records: z.array(record).describe('What was logged for it, in order'),
    blame: blame.optional().describe('Who failed, and by which rule; absent where it went well or is open'),
    exit: z
      .object({ record: z.string(), ...exit })
      .optional()
      .describe('The end of its run, if the run ended before its answer; `record` is its id'),
  }),
)

export const outcomes = z.partialRecord(z.enum(OUTCOMES), count)
const share = z.number().min(0).max(1)

const size = z.object({ p50: count, max: count }).describe('Bytes')

const toolStats = z.object({
  server: z.string(),
  method: z.string(),
  tool: z.string().optional(),
  outcomes,
  open: count,
  p50: z.number().optional().describe('Milliseconds; absent when no call ended'),
  p95: z.number().optional(),
  p99: z.number().optional(),
})

export const tools = named(
  'Tools',
  z.object({
    step: z.number().positive().optional().describe('Milliseconds of a point of the sparklines'),
    tools: z.array(
      toolStats.extend({
        calls: count.describe('With an outcome'),
        errors: count.describe('tool_error, rpc_error, timeout, lost'),
        errorRate: share,
        sparkline: z
          .array(z.object({ time: millis, count }))
          .describe('Calls that ended, by time, without empty points'),
        lastError: stored.optional(),
        sizes: z
          .object({ request: size.optional(), response: size.optional() })
          .optional()
          .describe(`Of its messages; by the newest ${SIZED} records of calls in all`),
      }),
    ),
  }),
)

const serverStats = z.object({
  server: z.string(),
  runs: count,
  alive: count.describe('Runs whose process lives'),
  levels: byLevel,
  records: count,
  lastSeen: millis,
})

const run = named(
  'Run',
  z.object({
    run: z.string(),
    server: z.string(),
    alive: z.boolean(),
    first: millis,
    lastSeen: millis,
    records: count,
    exit: z.object(exit).optional().describe('Its last words'),
    protocol: z.string().optional(),
    client: z.string().optional(),
    serverVersion: z.string().optional(),
  }),
)

export const servers = named(
  'Servers',
  z.object({
    servers: z.array(
      serverStats.extend({
        exits: z.array(z.object({ run: z.string(), ...exit })).describe('The newest first, at most ten'),
        protocols: z.array(z.string()),
        clients: z.array(z.string()),
        versions: z.array(z.string()),
        dropped: z.record(z.string(), count).describe('Records told as dropped, by reason'),
        deprecations: z.array(z.string()).describe('Deprecated features of the protocol in use'),
        capabilities: z
          .array(z.string())
          .optional()
          .describe('What the server said it can, in its newest handshake that said so'),
      }),
    ),
  }),
)

export const runs = named(
  'Runs',
  z.object({ runs: z.array(run).describe('Last seen first'), more: z.boolean() }),
)

export const stats = named(
  'Stats',
  z.object({
    servers: z.array(serverStats),
    tools: z.array(toolStats),
    dropped: z.record(z.string(), count),
    redacted: count,
    problems: z.array(z.object({ file: z.string(), problem: z.string() })),
    bytes: count,
    last: position,
    hub: z.object({
      version: z.string(),
      home: z.string().describe('Its directory'),
      defaultHome: z.boolean().describe('Whether a tap that is told no home finds this one'),
      command: z.array(z.string()).describe('How this very program is run, with absolute paths'),
      readers: count.describe('Readers of the live tail'),
      lagMs: z.number().describe('How long what waits longest has been waiting for the store'),
      failing: z.string().optional().describe('Why nothing can be stored at the moment'),
      atRisk: z.object({ records: count, bytes: count }),
      store: z.object({ bytes: count, files: count, sealing: count }),
    }),
  }),
)

export const demo = named('Demo', z.object({ started: z.literal(true) }))

export const explanation = named(
  'Explanation',
  z.object({
    query: z.string(),
    files: z.array(
      z.object({
        name: z.string(),
        kind: z.enum(['hot', 'sealed']),
        rows: count,
        skipped: z.enum(['time', 'index']).optional(),
        blocks: z.object({ of: count, read: count }),
      }),
    ),
    conditions: z.array(z.string()),
    sql: z.string(),
    matched: count,
    checked: count,
    ms: z.number(),
  }),
)

export const failure = named(
  'Error',
  z.object({
    error: z.object({
      code: z.string().describe('Stable; see docs/errors.md'),
      message: z.string(),
      hint: z.string().optional(),
      column: z.int().positive().optional().describe('Where in `q`, from 1'),
    }),
  }),
)
