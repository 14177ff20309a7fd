import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: {
    'errors/index': 'src/errors/index.ts',
    'record/index': 'src/record/index.ts',
    'query/index': 'src/query/index.ts',
    'observe/index': 'src/observe/index.ts',
    'transform/index': 'src/transform/index.ts',
    'journal/index': 'src/journal/index.ts',
  },
  platform: 'neutral',
  external: [/^node:/],
  target: 'node20',
  outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
  dts: true,
})
