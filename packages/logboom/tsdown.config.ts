import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: { 'cli/main': 'src/cli/main.ts' },
  platform: 'node',
  target: 'node20',
  outExtensions: () => ({ js: '.js' }),
  dts: false,
})
