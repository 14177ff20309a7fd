// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables as the hosts write them
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readServers } from './config.ts'
import { expand } from './expand.ts'
import { parseJsonc } from './jsonc.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'logboom-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const env = { TOKEN: 't0', PORT: '', HOME: '/home/ada' }

/** What each host writes, and what it means. */
const SHAPES: [host: string, config: object, expected: object[]][] = [
  [
    'Claude Desktop',
    { mcpServers: { files: { command: 'npx', args: ['-y', 'mcp-files'], env: { A: '1' } } } },
    [{ name: 'files', target: { command: 'npx', args: ['-y', 'mcp-files'], env: { A: '1' } } }],
  ],
  [
    'Claude Code',
    {
      mcpServers: {
        local: {
          type: 'stdio',
          command: '${HOME}/bin/s',
          args: ['--token=${TOKEN}', '${UNSET}', '${PORT:-80}', '$TOKEN'],
        },
        remote: { type: 'http', url: 'https://a.example/mcp', headers: { Authorization: 'Bearer ${TOKEN}' } },
        events: { type: 'sse', url: 'https://a.example/mcp' },
      },
    },
    [
      {
        name: 'local',
        target: { command: '/home/ada/bin/s', args: ['--token=t0', '${UNSET}', '80', '$TOKEN'] },
      },
      {
        name: 'remote',
        target: { url: 'https://a.example/mcp', headers: { Authorization: 'Bearer t0' }, transport: 'http' },
      },
      { name: 'events', target: { url: 'https://a.example/mcp', headers: {}, transport: 'sse' } },
    ],
  ],
  [
    'Cursor',
    { mcpServers: { c: { command: '${userHome}/c', args: ['${env:TOKEN}', '${env:NONE}'], cwd: '/srv' } } },
    [{ name: 'c', target: { command: '/home/ada/c', args: ['t0', '${env:NONE}'], cwd: '/srv' } }],
  ],
  [
    'VS Code',
    {
      inputs: [],
      servers: {
        v: { type: 'stdio', command: 'v', args: ['${input:key}'], dev: { watch: '**' } },
        s: { type: 'http', url: 'http://h/x' },
      },
    },
    [
      { name: 'v', target: { command: 'v', args: ['${input:key}'] } },
      { name: 's', target: { url: 'http://h/x', headers: {}, transport: 'http' } },
    ],
  ],
  [
    "VS Code's settings",
    { mcp: { servers: { v: { command: 'v' } } } },
    [{ name: 'v', target: { command: 'v', args: [] } }],
  ],
  [
    'Windsurf',
    { mcpServers: { w: { serverUrl: 'https://w.example/sse', headers: { K: '${env:TOKEN}' } } } },
    [{ name: 'w', target: { url: 'https://w.example/sse', headers: { K: 't0' } } }],
  ],
  [
    'Zed',
    {
      theme: 'One',
      context_servers: { z: { command: { path: 'z', args: ['a'], env: { E: '1' } } }, y: { command: 'y' } },
    },
    [
      { name: 'z', target: { command: 'z', args: ['a'], env: { E: '1' } } },
      { name: 'y', target: { command: 'y', args: [] } },
    ],
  ],
  [
    'Cline',
    {
      mcpServers: {
        on: { command: 'a', disabled: false },
        off: { command: 'b', disabled: true, autoApprove: [] },
      },
    },
    [
      { name: 'on', target: { command: 'a', args: [] } },
      { name: 'off', disabled: true, target: { command: 'b', args: [] } },
    ],
  ],
  [
    'FastMCP',
    {
      mcpServers: {
        f: { url: 'http://f/mcp', transport: 'streamable-http', auth: 'oauth' },
        g: { command: 'g', keep_alive: true },
      },
    },
    [
      { name: 'f', target: { url: 'http://f/mcp', headers: {}, transport: 'http' } },
      { name: 'g', target: { command: 'g', args: [] } },
    ],
  ],
  [
    'a command as a list',
    { mcpServers: { l: { type: 'local', command: ['node', 's.js'], enabled: false } } },
    [{ name: 'l', disabled: true, target: { command: 'node', args: ['s.js'] } }],
  ],
  [
    'the first section that has servers',
    { mcpServers: {}, servers: { s: { command: 's' } } },
    [{ name: 's', target: { command: 's', args: [] } }],
  ],
]

describe('a configuration', () => {
  it.each(SHAPES)('of %s is read', (_host, config, expected) => {
    expect(readServers(config, env)).toEqual(expected)
  })

  it('with one wrong entry leaves the others', () => {
    const read = readServers(
      {
        mcpServers: {
          none: {},
          bad: { url: 'nowhere' },
          args: { command: 'a', args: 'x' },
          ok: { command: 'a' },
        },
      },
      env,
    )
    expect(read.map((entry) => ('error' in entry ? entry.error.message : entry.name))).toEqual([
      'Server "none": it has neither a command nor a url',
      'Server "bad": "nowhere" is no URL',
      'Server "args": its args are no list',
      'ok',
    ])
  })

  it('as a plain object is taken as it is, also with a server that is called servers', () => {
    const target = { command: '${TOKEN}' }
    expect(readServers({ servers: target, two: 'two.js' }, env)).toEqual([
      { name: 'servers', target },
      { name: 'two', target: 'two.js' },
    ])
  })

  it('in a file may have comments, and paths of its own folder', () => {
    const inside = path.join(folder, '.vscode')
    mkdirSync(inside)
    writeFileSync(path.join(folder, 'server.env'), '# keys\nexport A="one # two"\nB=three # four\n\nC=\n')
    const file = path.join(inside, 'mcp.json')
    writeFileSync(
      file,
      '{\n  // ours\n  "servers": {"s": {"command": "${workspaceFolder}/run", "cwd": "sub", "envFile": "${workspaceFolder}/server.env", "env": {"B": "//5"},},},\n}',
    )
    expect(readServers(file, env)).toEqual([
      {
        name: 's',
        target: {
          command: path.join(folder, 'run'),
          args: [],
          cwd: path.join(folder, 'sub'),
          env: { A: 'one # two', B: '//5', C: '' },
        },
      },
    ])
  })

  it('that cannot be read is an error with its path', () => {
    const file = path.join(folder, 'broken.json')
    writeFileSync(file, '{"mcpServers": ')
    expect(() => readServers(file)).toThrow(file)
    writeFileSync(file, '{"other": 1}')
    expect(() => readServers(file)).toThrow(/names no servers/)
    expect(() => readServers(path.join(folder, 'none.json'))).toThrow(/cannot be read.*ENOENT/)
  })
})

describe('variables', () => {
  it.each([
    ['${TOKEN}-${env:TOKEN}', 't0-t0'],
    ['${NONE}', '${NONE}'],
    ['${NONE:-}', ''],
    ['${PORT:-80}', '80'],
    ['${PORT}', ''],
    ['${workspaceFolder}|${workspaceFolderBasename}', '/w/app|app'],
    ['${input:x} ${file:/etc/passwd}', '${input:x} ${file:/etc/passwd}'],
    ['$TOKEN %TOKEN%', '$TOKEN %TOKEN%'],
    ['${toString}', '${toString}'],
  ])('%s becomes %s', (text, expected) => {
    expect(expand(text, { env, folder: '/w/app' })).toBe(expected)
  })
})

it('comments and commas within strings are text', () => {
  const value = { a: '// no, /* no */ ,]', b: ['\\"', ',}'] }
  expect(parseJsonc(`/* yes */ ${JSON.stringify(value)} // yes`)).toEqual(value)
  expect(parseJsonc('[1, /* one */ 2, // two\n ]')).toEqual([1, 2])
})
