/**
 * One build, many entries, so that what they share is one chunk each: the command line, whose commands are lazily loaded
 * (`tap` loads little), and the demo's servers, which carry both official MCP SDKs inside, so that the published
 * package depends on neither. Types are checked elsewhere (`npm run types`); this only turns sources into JavaScript.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { defineConfig } from 'tsdown'

/** The package a bundled module came from: its directory, or nothing for our own sources. */
const packageOf = (id: string): string | undefined =>
  /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id.replace(/^\0/, ''))?.[0]

/** Name, version, licence and licence text of one package. */
const noticeOf = (directory: string): string => {
  const { name, version, license } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'))
  const file = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file === undefined ? '' : `\n${readFileSync(path.join(directory, file), 'utf8').trim()}\n`
  return `${name} ${version}, licence ${license}\n${text}`
}

/** Writes down whose code the bundle holds, and under which licence. */
const thirdParty = (fileName: string) => ({
  name: 'third-party',
  generateBundle(
    this: { emitFile(asset: { type: 'asset'; fileName: string; source: string }): unknown },
    _options: unknown,
    bundle: Record<string, { type: string; moduleIds?: string[] }>,
  ) {
    const directories = new Set(
      Object.values(bundle)
        .flatMap((chunk) => chunk.moduleIds ?? [])
        .map(packageOf)
        .filter((directory) => directory !== undefined && existsSync(path.join(directory, 'package.json'))),
    )
    const notices = [...new Set([...directories].map((directory) => noticeOf(directory ?? '')))].sort()
    const head = 'The files in this directory hold code of these packages.\n'
    this.emitFile({ type: 'asset', fileName, source: [head, ...notices].join(`\n${'-'.repeat(72)}\n`) })
  },
})

const SERVERS = ['analytics', 'model', 'database', 'api-gateway']

export default defineConfig({
  entry: {
    'cli/main': 'src/cli/main.ts',
    // Threads of their own; `thread-file.ts` looks for them here.
    'store/seal-worker': 'src/store/sqlite/write/seal-worker.ts',
    'store/writer-worker': 'src/store/sqlite/write/writer-worker.ts',
    'demo/beside': 'src/demo/beside.ts',
    ...Object.fromEntries(SERVERS.map((name) => [`demo/servers/${name}`, `src/demo/servers/${name}.ts`])),
  },
  platform: 'node',
  target: 'node20',
  outExtensions: () => ({ js: '.js' }),
  dts: false,
  // A test build has places where it can be killed; see `platform/failpoint.ts`.
  define: { 'process.env.LOGBOOM_TEST_BUILD': JSON.stringify(process.env.LOGBOOM_TEST_BUILD ?? '') },
  // The demo's app is a client of our own SDK, which imports the official client where it is installed. Here it is in the
  // bundle, and so must be who imports it: from its sources, for its `dist` may be in the making. v1 is never reached.
  deps: {
    onlyBundle: false,
    alwaysBundle: ['@logboom/sdk/client'],
    neverBundle: [/^@modelcontextprotocol\/sdk\/(client|inMemory)/],
  },
  inputOptions: { resolve: { conditionNames: ['@logboom/source', 'node', 'import', 'default'] } },
  plugins: [thirdParty('THIRD-PARTY.txt')],
})
