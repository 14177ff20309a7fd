/** The options of both, and the registry that the metrics live in. */
import { metrics as api } from '@opentelemetry/api'
import * as namespace from 'prom-client'
import client, { Counter, Registry } from 'prom-client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeRecord } from '../testing/records.ts'
import { METRICS } from './definitions.ts'
import { otelMetrics } from './otel.ts'
import { prometheusMetrics } from './prometheus.ts'

const names = async (registry: Registry): Promise<string[]> =>
  (await registry.getMetricsAsJSON()).map(({ name }) => name)

const refusal = (option: string) =>
  expect.objectContaining({ code: 'LB_SINK_OPTIONS', message: expect.stringContaining(`"${option}"`) })

describe('prometheusMetrics', () => {
  it('imports prom-client itself, and uses its registry', async () => {
    onTestFinished(() => client.register.clear())
    const metrics = await prometheusMetrics()
    expect(metrics.register).toBe(client.register)
    expect(await names(client.register)).toEqual(Object.keys(METRICS))
  })

  it.each([
    ['its default export', client],
    ['all it exports', namespace],
  ])('takes the module as %s', async (_, module) => {
    const register = new Registry()
    await prometheusMetrics({ client: module, register })
    expect(await names(register)).toEqual(Object.keys(METRICS))
    expect(await names(client.register)).toEqual([])
  })

  it('puts the prefix before every name', async () => {
    const register = new Registry()
    const metrics = await prometheusMetrics({ register, prefix: 'shop_' })
    metrics.record(makeRecord(0))
    expect(await names(register)).toEqual(Object.keys(METRICS).map((name) => `shop_${name}`))
    expect(await register.metrics()).toContain(
      'shop_mcp_log_messages_total{level="info",server="analytics"} 1',
    )
  })

  it('is the same for the same registry and prefix, until the registry is cleared', async () => {
    const register = new Registry()
    const first = await prometheusMetrics({ register })
    expect(await prometheusMetrics({ register })).toBe(first)
    expect(await prometheusMetrics({ register, prefix: 'b_' })).not.toBe(first)
    register.clear()
    const second = await prometheusMetrics({ register })
    second.record(makeRecord(0))
    expect(await register.metrics()).toContain('mcp_log_messages_total{level="info",server="analytics"} 1')
  })

  it('tells that a name is taken, and leaves the registry as it was', async () => {
    const register = new Registry()
    new Counter({ name: 'mcp_calls_total', help: 'mine', registers: [register] })
    await expect(prometheusMetrics({ register })).rejects.toThrow(
      expect.objectContaining({
        code: 'LB_SINK_OPTIONS',
        message: expect.stringContaining('mcp_calls_total'),
      }),
    )
    expect(await names(register)).toEqual(['mcp_calls_total'])
  })

  it.each([
    ['client', {}],
    ['client', 'prom-client'],
    ['register', {}],
    ['prefix', '1_'],
    ['prefix', 'my-app'],
    ['maxServers', 0],
    ['maxTools', 1.5],
    ['registry', new Registry()],
  ])('refuses %s: %s', async (option, value) => {
    await expect(prometheusMetrics({ [option]: value })).rejects.toThrow(refusal(option))
  })
})

describe('otelMetrics', () => {
  it.each([
    ['meter', undefined],
    ['meter', api],
    ['maxServers', '3'],
    ['maxTools', -1],
    ['prefix', 'x_'],
  ])('refuses %s: %s', (option, value) => {
    const options = { meter: api.getMeter('test'), [option]: value }
    expect(() => otelMetrics(options as never)).toThrow(refusal(option))
  })
})
