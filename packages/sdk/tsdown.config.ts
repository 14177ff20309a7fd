/** One entry per layer, each with its types; no bundled dependencies, for the SDK has none. */
import { defineConfig } from 'tsdown'

const ENTRIES = [
  'errors',
  'record',
  'query',
  'observe',
  'transform',
  'journal',
  'sink',
  'metrics',
  'server',
  'client',
  'testing',
]

export default defineConfig({
  entry: Object.fromEntries(ENTRIES.map((name) => [`${name}/index`, `src/${name}/index.ts`])),
  platform: 'neutral',
  deps: { neverBundle: [/^node:/] },
  target: 'node20',
  outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
  dts: true,
})
