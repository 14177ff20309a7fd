import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { serverEnv } from './env.ts'
import { nameOf } from './name.ts'
import { planTarget } from './open.ts'
import type { Target } from './types.ts'

const fixture = fileURLToPath(new URL('../../../../../test/kit/fixtures/v1-server.mjs', import.meta.url))

describe('a target', () => {
  it.each<[Target, string, 'http' | 'sse']>([
    ['https://a.example/mcp', 'a.example', 'http'],
    ['http://localhost:3000/sse', 'localhost:3000', 'sse'],
    ['http://localhost/sse/?a=1', 'localhost', 'sse'],
    ['http://localhost/session', 'localhost', 'http'],
    [new URL('http://h/a/sse/b'), 'h', 'sse'],
    [{ url: 'http://h/sse', transport: 'http' }, 'h', 'http'],
    [{ url: new URL('http://h/mcp'), transport: 'sse' }, 'h', 'sse'],
  ])('%s is a URL', (target, name, transport) => {
    const plan = planTarget(target)
    expect(plan).toMatchObject({ kind: 'url', transport })
    expect(nameOf(target, plan)).toBe(name)
  })

  it.each<[Target, string]>([
    [fixture, 'v1-server'],
    [{ command: '/usr/local/bin/weather.exe' }, 'weather'],
    [{ command: 'npx', args: ['-y', '@scope/mcp-files@1.2.0', '/tmp'] }, 'mcp-files'],
    [{ command: 'node', args: ['--inspect', 'dist/analytics.js'] }, 'analytics'],
    [{ command: 'node', args: ['--import', 'tsx', 'src/weather.ts'] }, 'weather'],
    [
      { command: 'node', args: ['--import=tsx', '-r', './hooks.cjs', 'src/weather.mts', '--import'] },
      'weather',
    ],
    [{ command: 'python3', args: ['-X', 'utf8', '-m', 'weather_server'] }, 'weather_server'],
    [{ command: 'uv', args: ['run', 'server.py'] }, 'server'],
    [{ command: 'uv', args: ['run', '--project', '/srv', '--with', 'mcp', 'server.py'] }, 'server'],
    [{ command: 'uvx', args: ['--from', 'git+https://x.example/y', 'mcp-git'] }, 'mcp-git'],
    [
      { command: 'docker', args: ['run', '-i', '--rm', '-e', 'TOKEN', 'ghcr.io/a/github-mcp:1.2'] },
      'github-mcp',
    ],
    [{ command: 'python3' }, 'python3'],
  ])('%j is named after what runs', (target, name) => {
    expect(nameOf(target, planTarget(target))).toBe(name)
  })

  it.each<[string, Target]>([
    ['a configuration', 'mcp.json'],
    ['a word', 'analytics'],
    ['no web address', { url: 'ftp://h/x' }],
    ['nothing at all', {} as Target],
    ['null', null as unknown as Target],
  ])('that is %s is refused with what it may be', (_what, target) => {
    expect(() => planTarget(target)).toThrow(expect.objectContaining({ code: 'LB_TARGET_INVALID' }))
  })
})

it('a started server gets the level variables, LOGBOOM_*, and its own before them', () => {
  const parent = {
    LOG_LEVEL: 'debug',
    NODE_ENV: 'production',
    LOGBOOM_HOME: '/h',
    SECRET: 'x',
    ENVIRONMENT: undefined,
  }
  expect(serverEnv({ LOG_LEVEL: 'error', A: '1' }, parent)).toEqual({
    LOG_LEVEL: 'error',
    NODE_ENV: 'production',
    LOGBOOM_HOME: '/h',
    LOGBOOM_TAPPED: '1',
    A: '1',
  })
})
