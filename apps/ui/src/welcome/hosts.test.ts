import { expect, test } from 'vitest'
import { HOSTS, recipeOf, shellOf, tapOf } from './hosts.ts'
import { wordsOf } from './words.ts'

const wish = { server: 'files', command: ['npx', '-y', 'server-filesystem', '/my files'] }
const hub = { command: ['/usr/bin/node', '/opt/log boom/main.js'], home: '/data/boom', defaultHome: false }

test('a tap is the program of this hub, with its home where captures would not find it', () => {
  expect(tapOf(hub, wish)).toEqual([
    ...hub.command,
    ...['tap', '--server', 'files', '--home', '/data/boom', '--'],
    ...wish.command,
  ])
  expect(tapOf({ ...hub, defaultHome: true }, wish)).not.toContain('--home')
  expect(tapOf({}, wish).slice(0, 4)).toEqual(['npx', '-y', 'logboom', 'tap'])
})

test.each([
  ['claude-desktop', 'mcpServers'],
  ['cursor', 'mcpServers'],
  ['windsurf', 'mcpServers'],
  ['cline', 'mcpServers'],
  ['vscode', 'servers'],
  ['zed', 'context_servers'],
] as const)('the configuration of %s is JSON, with the servers under %s', (host, key) => {
  const { text, files, language } = recipeOf(host, hub, wish)
  expect(language).toBe('json')
  const { [key]: servers } = JSON.parse(text)
  const { command, args } = servers.files
  expect([command, ...args]).toEqual(tapOf(hub, wish))
  expect(files.length).toBeGreaterThan(0)
})

test('VS Code is told the transport, too', () => {
  expect(JSON.parse(recipeOf('vscode', hub, wish).text).servers.files.type).toBe('stdio')
})

test('what is typed into a shell is the tap, word by word', () => {
  expect(wordsOf(recipeOf('shell', hub, wish).text)).toEqual(tapOf(hub, wish))
  expect(wordsOf(recipeOf('claude-code', hub, wish).text)).toEqual([
    ...['claude', 'mcp', 'add', '--scope', 'user', 'files', '--'],
    ...tapOf(hub, wish),
  ])
})

test('code names the command, the server and the home', () => {
  const { text } = recipeOf('sdk', { home: "C:\\it's" }, { server: 'a"b', command: ['node', "it's.js"] })
  expect(text).toContain(`{ command: 'node', args: ['it\\'s.js'] }`)
  expect(text).toContain(`server: 'a"b'`)
  expect(text).toContain(`home: 'C:\\\\it\\'s'`)
})

test('a file of Windows is named as Windows names it', () => {
  for (const host of HOSTS)
    for (const { system, path } of recipeOf(host, hub, wish).files)
      expect(system === 'Windows' ? path.includes('/') : path.includes('\\')).toBe(false)
})

test('the shell is that of the machine the hub is on', () => {
  expect(shellOf({ home: 'C:\\Users\\me' })).toBe('windows')
  expect(shellOf({ home: '/home/me' })).toBe('posix')
  expect(shellOf({})).toBe('posix')
})
