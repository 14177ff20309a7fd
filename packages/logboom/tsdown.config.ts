/**
 * One build, many entries, so that what they share is one chunk each: the command line, whose commands are lazily loaded
 * (`tap` loads little), and the demo's servers, which carry both official MCP SDKs inside, so that the published
 * package depends on neither. Types are checked elsewhere (`npm run types`); this only turns sources into JavaScript.
 */
import { defineConfig } from 'tsdown'
import { thirdParty } from '../../scripts/third-party.ts'

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
