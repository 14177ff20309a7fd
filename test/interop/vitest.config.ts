import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Peers of other projects behind the built tap. `npm run test:interop` installs this folder's packages; `python.ts` makes the
// virtual environment.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    name: 'interop',
    include: ['**/*.test.ts'],
    globalSetup: ['python.ts'],
    testTimeout: 90_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
})
