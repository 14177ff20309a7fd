/** The two READMEs: every command they show is run here, as it stands there. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { places, tempDir } from '../kit/home.ts'
import { logboom, MAIN, NODE, start } from '../kit/process.ts'
import { readRuns } from '../kit/records.ts'
import { initializeLine, tellStory } from '../kit/story.ts'
import { waitFor } from '../kit/wait.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = (name: string): string => readFileSync(join(root, name), 'utf8')

/** The words of a command line as a shell takes them; the pages quote with '…' only. */
const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')

const commands = (text: string): string[] =>
  [...text.matchAll(/\| `logboom ([^`]+)` \|/g)].map((match) => match[1] ?? '')

describe.each(['README.md', 'README.zh-CN.md'])('%s', (name) => {
  const text = page(name)

  test('shows commands that run as they stand', async () => {
    const { root: dir, home } = places()
    await tellStory(dir, home)
    const lines = commands(text)
    expect(lines.length).toBeGreaterThanOrEqual(6)
    for (const line of lines) {
      const [command = '', ...args] = words(line)
      if (args.includes('-f')) {
        const following = start([NODE, MAIN, command, ...args], { env: { LOGBOOM_HOME: home } })
        await waitFor(`${line} to show the story`, () => following.stdout().includes('disk on fire'))
        following.kill('SIGINT')
        expect(await following.ended(), line).toMatchObject({ code: 130 })
      } else {
        const { code, stderr } = await logboom([command, ...args], { env: { LOGBOOM_HOME: home } })
        expect({ line, code, stderr: stderr.toString() }).toMatchObject({ code: 0 })
        expect(stderr.toString()).not.toContain('error')
      }
    }
  })

  test('shows an mcp.json whose server runs behind the tap', async () => {
    const { home } = places()
    const json = /```json\n(.*?)```/s.exec(text)?.[1] ?? ''
    const { command, args } = JSON.parse(json).mcpServers.files as { command: string; args: string[] }
    const separator = args.indexOf('--')
    expect([command, ...args.slice(0, 2)]).toEqual(['npx', '-y', 'logboom'])
    expect(args.slice(separator + 1, separator + 4)).toEqual([
      'npx',
      '-y',
      '@modelcontextprotocol/server-filesystem',
    ])
    // The same, with what npx would fetch taken from here.
    const server = join(root, 'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js')
    const tap = start([NODE, MAIN, ...args.slice(2, separator + 1), NODE, server, tempDir()], {
      env: { LOGBOOM_HOME: home },
    })
    tap.write(initializeLine)
    await waitFor('the handshake', () => tap.stdout().includes('"protocolVersion"'))
    tap.end()
    await tap.ended()
    expect(
      readRuns(home)
        .flat()
        .some(({ server: by, attributes }) => by === 'files' && attributes.event === 'handshake'),
    ).toBe(true)
  })

  test('names scripts that exist, and links to pages that do', () => {
    const { scripts } = JSON.parse(page('package.json')) as { scripts: Record<string, string> }
    for (const [, script] of text.matchAll(/^npm (?:run )?([\w:]+)$/gm))
      expect(scripts).toHaveProperty([script ?? ''])
    for (const [, link] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) expect(page(link ?? '')).not.toBe('')
  })
})
