/**
 * The fields a query knows: what each is called, what it holds, and where it is read from. Everything that names fields
 * (parser, evaluation, completion, documentation) reads this one table.
 *
 * Names and aliases are found in any case; the names of the record's own JSON (`call.tool`, `client.name`) are aliases
 * too, so that what `--json` prints can be asked for. Any other name is the path of an attribute.
 */
import { LEVELS, type LogRecord, type NamedCall, OUTCOMES, SOURCES } from '../record/index.ts'
import type { Field } from './types.ts'

/**
 * - `text`: case-folded equality; ordered by its folded text
 * - `choice`: one of `choices`; no order
 * - `level`: one of the eight levels or an alias, ordered by severity
 * - `number`, `duration` (milliseconds), `size` (bytes), `time` (Unix epoch milliseconds)
 * - `value`: whatever JSON was there, compared as attributes are
 */
export type FieldType = 'text' | 'choice' | 'level' | 'number' | 'duration' | 'size' | 'time' | 'value'

export type FieldValue = string | number | readonly string[] | undefined

export interface FieldInfo {
  name: string
  type: FieldType
  aliases: readonly string[]
  /** What it is, for completion and documentation. */
  about: string
  /** What a `choice` may be. */
  choices?: readonly string[]
  /** The field of a record; undefined when the record has none. */
  read: (record: LogRecord) => FieldValue
}

/** The outcomes that `status:error` means. `cancelled` is none: somebody wanted it. */
export const BAD_OUTCOMES = ['tool_error', 'rpc_error', 'timeout', 'lost'] as const

/** The call a record surely or very probably belongs to; none when several could be meant. */
const callOf = (record: LogRecord): NamedCall | undefined =>
  record.call === undefined || record.call.attribution === 'ambiguous' ? undefined : record.call

const candidatesOf = (record: LogRecord): readonly string[] | undefined =>
  record.call?.attribution === 'ambiguous' ? record.call.candidates : undefined

type Reader = FieldInfo['read']

const field = (name: string, type: FieldType, about: string, read: Reader, aliases = ''): FieldInfo => ({
  name,
  type,
  about,
  read,
  aliases: aliases === '' ? [] : aliases.split(' '),
})

const choice = (info: FieldInfo, choices: readonly string[]): FieldInfo => ({ ...info, choices })

/** Every known field. */
export const FIELDS: readonly FieldInfo[] = [
  field('message', 'text', 'the text; a bare word searches in it', (r) => r.message),
  field('time', 'time', 'when it happened', (r) => r.time, 'ts timestamp'),
  choice(
    field('level', 'level', 'how severe', (r) => r.level),
    LEVELS,
  ),
  field('server', 'text', 'configured name of the server', (r) => r.server),
  choice(
    field('source', 'choice', 'where it came from', (r) => r.source),
    SOURCES,
  ),
  field('logger', 'text', 'logger name the sender gave', (r) => r.logger),
  field('tool', 'text', 'tool that was called', (r) => callOf(r)?.tool, 'call.tool'),
  field('method', 'text', 'JSON-RPC method of the call', (r) => callOf(r)?.method, 'call.method'),
  choice(
    field(
      'status',
      'choice',
      'state of the call, on its own records; `error` is any bad outcome',
      (r) => callOf(r)?.status,
      'call.status',
    ),
    ['started', ...OUTCOMES, 'error'],
  ),
  field(
    'duration',
    'duration',
    'from request to outcome, on outcomes',
    (r) => callOf(r)?.durationMs,
    'durationMs call.durationMs',
  ),
  field(
    'call',
    'text',
    'id of the call it belongs to (`exact` or `inferred`)',
    (r) => callOf(r)?.id,
    'call.id',
  ),
  field(
    'candidate',
    'text',
    'id of a call that could be meant (`ambiguous`)',
    candidatesOf,
    'call.candidates',
  ),
  choice(
    field(
      'attribution',
      'choice',
      'how surely it belongs to its call',
      (r) => r.call?.attribution,
      'call.attribution',
    ),
    ['exact', 'inferred', 'ambiguous'],
  ),
  choice(
    field('from', 'choice', 'who made the call', (r) => callOf(r)?.from, 'call.from'),
    ['client', 'server'],
  ),
  field(
    'request',
    'value',
    'JSON-RPC id of the call',
    (r) => callOf(r)?.requestId,
    'requestId call.requestId',
  ),
  field('client', 'text', 'name of the calling MCP client', (r) => r.client?.name, 'client.name'),
  field(
    'clientVersion',
    'text',
    'version of the calling MCP client',
    (r) => r.client?.version,
    'client.version',
  ),
  field('serverVersion', 'text', 'version the server gave', (r) => r.serverVersion),
  field('protocol', 'text', 'negotiated MCP protocol version', (r) => r.protocol, 'proto'),
  field('run', 'text', 'id of the run', (r) => r.run),
  field('session', 'text', "hash of the protocol's session id", (r) => r.session),
  field('host', 'text', 'machine that captured it', (r) => r.host),
  field('traceId', 'text', 'W3C trace id', (r) => r.traceId, 'trace'),
  field('spanId', 'text', 'W3C span id', (r) => r.spanId, 'span'),
  field('id', 'text', 'id of the record', (r) => r.id),
  field('seq', 'number', 'order within its run, from 0', (r) => r.seq),
  field('observed', 'time', 'when capture saw it', (r) => r.observed),
  field('redacted', 'number', 'how many values were masked', (r) => r.redacted),
  field('truncated', 'size', 'original size of what was cut', (r) => r.truncated),
]

const BY_NAME: ReadonlyMap<string, FieldInfo> = new Map(
  FIELDS.flatMap((info) => [info.name, ...info.aliases].map((name) => [name.toLowerCase(), info])),
)

/** The known field of a name or alias, in any case. */
export const knownField = (name: string): FieldInfo | undefined => BY_NAME.get(name.toLowerCase())

/** The type of a field in a query's tree. Attributes, and names nobody knows, are values. */
export const typeOf = (field: Field): FieldType =>
  field.kind === 'known' ? (knownField(field.name)?.type ?? 'value') : 'value'
