/** Both packages, packed and installed from their tarballs into an empty folder, as a user would have them. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PACKAGES = ['sdk', 'logboom'] as const
const INSTALL_MS = 240_000
const DEMO_MS = 120_000
const TYPES_MS = 120_000

const execute = promisify(execFile)

/** Runs a program of npm's in a folder, without what the test runner put into the environment. */
const npm = (program: 'npm' | 'npx', args: readonly string[], cwd: string) => {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|NODE_ENV|LOGBOOM_)/.test(name))
  return execute(program, args, {
    cwd,
    env: { ...Object.fromEntries(kept), NO_COLOR: '1' },
    shell: process.platform === 'win32',
    maxBuffer: 64 * 1024 * 1024,
  })
}

/** What a child prints, and a way to wait for it; a child that ends before it came is an error with its output. */
const collect = (child: ChildProcess) => {
  let text = ''
  let ended = false
  const looks = new Set<() => void>()
  const look = (): void => {
    for (const each of looks) each()
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      look()
    })
  }
  child.once('close', () => {
    ended = true
    look()
  })
  return {
    text: () => text,
    until: (test: (text: string) => boolean) =>
      new Promise<void>((resolve, reject) => {
        const each = (): void => {
          if (test(text)) resolve()
          else if (ended) reject(new Error(`it ended before that came; it printed:\n${text}`))
          else return
          looks.delete(each)
        }
        looks.add(each)
        each()
      }),
  }
}

interface Packed {
  filename: string
  files: { path: string }[]
}

const filesUnder = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(directory, name))
    .filter((file) => statSync(file).isFile())

let folder = ''
let packed: Packed[] = []
const installed = (...parts: string[]): string => path.join(folder, 'node_modules', ...parts)
const places = (): string[] => [installed('@logboom', 'sdk'), installed('logboom')]

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'logboom-pack-'))
  for (const name of PACKAGES) {
    const { stdout } = await npm(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
      path.join(ROOT, 'packages', name),
    )
    packed.push(...(JSON.parse(stdout) as Packed[]))
  }
  writeFileSync(path.join(folder, 'package.json'), '{"private":true}')
  const tarballs = packed.map(({ filename }) => `./${filename}`)
  await npm('npm', ['install', '--no-audit', '--no-fund', ...tarballs], folder)
}, INSTALL_MS)

afterAll(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  packed = []
})

describe('the published packages', () => {
  test('hold what they run and nothing else: no sources, no tests, no paths of the machine that built them', () => {
    for (const { files } of packed) {
      const strange = files.filter(({ path: file }) => !/^(dist\/|package\.json$|README|LICENSE)/i.test(file))
      expect(strange).toEqual([])
      expect(files.filter(({ path: file }) => /\.test\.|\.map$/.test(file))).toEqual([])
    }
    const machine = [ROOT.replace(/[\\/]$/, ''), tmpdir(), homedir()].filter((name) => name.length > 5)
    for (const file of places().flatMap(filesUnder)) {
      const text = readFileSync(file, 'utf8')
      expect(machine.filter((name) => text.includes(name), file)).toEqual([])
    }
  })

  test('need no MCP SDK, and say whose code they hold', () => {
    expect(existsSync(installed('@modelcontextprotocol'))).toBe(false)
    const notice = readFileSync(installed('logboom', 'dist', 'THIRD-PARTY.txt'), 'utf8')
    for (const name of ['sdk', 'server', 'client']) {
      expect(notice).toMatch(new RegExp(`^@modelcontextprotocol/${name} \\d+\\.\\d+\\.\\d+, licence `, 'm'))
    }
  })

  test('carry the page, whose code it holds, and serve it', async () => {
    const notice = readFileSync(installed('logboom', 'dist', 'ui', 'THIRD-PARTY.txt'), 'utf8')
    for (const name of ['react', '@base-ui/react', '@tanstack/query-core'])
      expect(notice).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+, licence `, 'm'))
    const hub = spawn(
      process.execPath,
      [
        installed('logboom', 'dist', 'cli', 'main.js'),
        'up',
        '--port',
        '0',
        '--home',
        path.join(folder, 'home'),
      ],
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const output = collect(hub)
    const ended = once(hub, 'close')
    try {
      await output.until((text) => /http:\S+:\d+/.test(text))
      const [url] = /http:[^\s,]+/.exec(output.text()) ?? []
      const page = await (await fetch(`${url}/`)).text()
      const [, script] = /<script type="module"[^>]* src="([^"]+)"/.exec(page) ?? []
      const answer = await fetch(`${url}${script}`)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        'text/javascript; charset=utf-8',
      ])
    } finally {
      hub.kill()
    }
    await ended
  })

  test('carry their licence', () => {
    for (const place of places()) expect(existsSync(path.join(place, 'LICENSE'))).toBe(true)
  })

  test(
    'every entry of the SDK can be imported, and its types check in a strict program',
    async () => {
      const { exports } = JSON.parse(readFileSync(installed('@logboom', 'sdk', 'package.json'), 'utf8'))
      const entries = Object.keys(exports)
        .filter((entry) => entry !== './package.json')
        .map((entry) => entry.replace('.', '@logboom/sdk'))
      expect(entries.length).toBeGreaterThan(4)
      const lines = entries.map((entry, index) => `import * as m${index} from '${entry}'`)
      const use = `console.log(${entries.map((_, index) => `Object.keys(m${index}).length > 0`).join(' && ')})`
      writeFileSync(path.join(folder, 'all.mjs'), [...lines, use].join('\n'))
      writeFileSync(path.join(folder, 'all.mts'), [...lines, use].join('\n'))
      // These name types of optional peers: the MCP SDKs, and libraries of metrics, of which a program has one or the other.
      const withoutPeers = lines.filter((line) => !/sdk\/(client|metrics|server)'$/.test(line))
      expect(withoutPeers).toHaveLength(lines.length - 3)
      writeFileSync(path.join(folder, 'plain.mts'), `${withoutPeers.join('\n')}\nexport {}\n`)

      const ran = await execute(process.execPath, ['all.mjs'], { cwd: folder })
      expect(ran.stdout).toBe('true\n')
      const tsc = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
      const types = path.join(ROOT, 'node_modules', '@types')
      const options = [
        '--noEmit',
        '--strict',
        '--target',
        'es2023',
        '--module',
        'nodenext',
        '--typeRoots',
        types,
      ]
      // tsc tells errors on stdout; `execute` rejects with them in its message's `stdout`.
      const check = (...more: string[]) =>
        execute(process.execPath, [tsc, ...options, '--types', 'node', ...more], { cwd: folder }).catch(
          (error: { stdout: string }) => error,
        )
      expect((await check('plain.mts')).stdout).toBe('')
      expect((await check('--skipLibCheck', 'all.mts')).stdout).toBe('')
    },
    TYPES_MS,
  )

  test(
    'run the demo to its end',
    async () => {
      const { stdout } = await npm('npx', ['--no-install', 'logboom', 'demo', '--once'], folder)
      expect(stdout).toContain('Records by server and level')
      expect(stdout).toContain('npx logboom query')
      expect(stdout).not.toContain('did not go as it should')
    },
    DEMO_MS,
  )

  test.skipIf(process.platform === 'win32')(
    'follow without --once: another server, tapped as the demo says, appears in its stream until Ctrl-C',
    async () => {
      const demo = spawn(installed('.bin', 'logboom'), ['demo'], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const output = collect(demo)
      const ended = once(demo, 'close')
      try {
        await output.until((text) => text.includes('Ctrl-C ends it'))
        const config = /^\{\n[\s\S]*?^\}$/m.exec(output.text())?.[0] ?? ''
        const { command, args } = JSON.parse(config).mcpServers['my-server']
        const tap = args.slice(0, args.indexOf('--') + 1)
        const mine = `console.error('hello from my own server')`
        await execute(command, [...tap, process.execPath, '-e', mine], { cwd: folder })
        await output.until((text) => /my-server .*hello from my own server/.test(text))
      } finally {
        demo.kill('SIGINT')
      }
      expect(await ended).toEqual([130, null])
      expect(output.text()).toContain('Stopped.')
    },
    DEMO_MS,
  )
})
