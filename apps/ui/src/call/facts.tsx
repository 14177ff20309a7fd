/** What is known of a call, in a few lines. */
import type { ReactNode } from 'react'
import type { Tool } from '../api/client.ts'
import { Value } from '../ask/value.tsx'
import { formatBytes, formatDuration, formatFullTime } from '../parts/format.ts'
import { LogText } from '../parts/log-text.tsx'
import { RunningTime } from '../parts/running-time.tsx'
import { useSettings } from '../settings/index.ts'
import { useText } from '../text/index.tsx'
import { type Story, startOf } from './story.ts'

export const Facts = ({ story, norm }: { story: Story; norm: Tool | undefined }) => {
  const t = useText().call
  const { time } = useSettings()
  const { started, outcome, call, run } = story
  const { client, protocol, serverVersion, traceId } = started
  const size = (bytes: unknown): string => (typeof bytes === 'number' ? formatBytes(bytes) : t.unknown)
  return (
    <dl aria-label={t.facts} className="grid grid-cols-[92px_minmax(0,1fr)] gap-x-2 gap-y-0.5">
      <Fact name={t.fact.started}>
        <span className="mono">{formatFullTime(startOf(story), time === 'utc' ? 'utc' : 'local')}</span>
      </Fact>
      <Fact name={outcome === undefined ? t.fact.running : t.fact.took}>
        <span className="mono">
          {outcome === undefined ? (
            <RunningTime since={started.time} />
          ) : (
            formatDuration(call.durationMs ?? outcome.time - started.time)
          )}
        </span>
        {norm?.p95 !== undefined && (
          <span className="ml-2 text-dim" title={t.normWhy}>
            ({t.norm(formatDuration(norm.p95), norm.calls)})
          </span>
        )}
      </Fact>
      <Fact name={t.fact.sizes}>
        {t.sizes(
          size(started.attributes.requestBytes),
          outcome === undefined ? '…' : size(outcome.attributes.responseBytes),
        )}
      </Fact>
      {client !== undefined && (
        <Fact name={t.fact.client}>
          <Value field="client" value={client.name}>
            <LogText text={client.name} />
          </Value>{' '}
          <LogText text={client.version ?? ''} />
        </Fact>
      )}
      {protocol !== undefined && (
        <Fact name={t.fact.protocol}>
          <Value field="protocol" value={protocol}>
            <span>
              MCP <LogText text={protocol} />
            </span>
          </Value>
        </Fact>
      )}
      {serverVersion !== undefined && (
        <Fact name={t.fact.server}>
          <Value field="serverVersion" value={serverVersion}>
            <LogText text={serverVersion} />
          </Value>
        </Fact>
      )}
      {traceId !== undefined && (
        <Fact name={t.fact.trace}>
          <Value field="traceId" value={traceId}>
            <span className="mono">{traceId}</span>
          </Value>
        </Fact>
      )}
      <Fact name={t.fact.run}>
        <Value field="run" value={run}>
          <span className="mono">
            <LogText text={run} />
          </span>
        </Value>
      </Fact>
    </dl>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-dim">{name}</dt>
    <dd className="min-w-0 truncate">{children}</dd>
  </>
)
