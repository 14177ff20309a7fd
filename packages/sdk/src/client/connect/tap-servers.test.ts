import { expect, it } from 'vitest'
import { tapServers } from './tap-servers.ts'

const config = {
  inputs: [{ id: 'key' }],
  mcpServers: {
    files: { command: 'npx', args: ['-y', 'mcp-files'], env: { A: '1' }, alwaysAllow: ['read'] },
    weather: { type: 'http', url: 'https://weather.example/mcp' },
    bare: { command: 'bare-server' },
  },
}

it('puts a tap before every stdio command and leaves the rest', () => {
  const before = structuredClone(config)
  const tapped = tapServers(config, { home: '/data/logs' })
  const tap = (name: string) => ['-y', 'logboom', 'tap', '--server', name, '--home', '/data/logs', '--']
  expect(tapped).toEqual({
    inputs: [{ id: 'key' }],
    mcpServers: {
      files: {
        command: 'npx',
        args: [...tap('files'), 'npx', '-y', 'mcp-files'],
        env: { A: '1' },
        alwaysAllow: ['read'],
      },
      weather: { type: 'http', url: 'https://weather.example/mcp' },
      bare: { command: 'npx', args: [...tap('bare'), 'bare-server'] },
    },
  })
  expect(config).toEqual(before)
})

it('taps once, however often it is called', () => {
  const logboom = [process.execPath, '/opt/logboom/dist/cli/main.js'] as const
  for (const options of [{}, { logboom }]) {
    const once = tapServers(config, options)
    expect(tapServers(once)).toEqual(once)
    expect(tapServers(once, options)).toEqual(once)
  }
})

it('taps the servers that are asked for', () => {
  const tapped = tapServers(config, { only: ['bare'] })
  expect(tapped.mcpServers.files).toEqual(config.mcpServers.files)
  expect(tapped.mcpServers.bare).not.toEqual(config.mcpServers.bare)
})

it('knows a server that only has tap among its own arguments from a tapped one', () => {
  const tapped = tapServers({ beer: { command: 'brew', args: ['tap', '--', 'x'] } })
  expect(tapped.beer.args).toContain('brew')
})

it('taps other shapes: a section alone, VS Code, Zed, a command as a list', () => {
  const head = ['-y', 'logboom', 'tap', '--server', 's', '--']
  expect(tapServers({ s: { command: 'a', args: ['b'] } })).toEqual({
    s: { command: 'npx', args: [...head, 'a', 'b'] },
  })
  expect(tapServers({ mcp: { servers: { s: { command: 'a' } } }, x: 1 })).toEqual({
    mcp: { servers: { s: { command: 'npx', args: [...head, 'a'] } } },
    x: 1,
  })
  expect(tapServers({ context_servers: { s: { command: { path: 'a', args: ['b'] } } } })).toEqual({
    context_servers: { s: { command: { path: 'npx', args: [...head, 'a', 'b'] } } },
  })
  expect(tapServers({ mcpServers: { s: { command: ['a', 'b'] } } })).toEqual({
    mcpServers: { s: { command: ['npx', ...head, 'a', 'b'], args: [] } },
  })
})
