/** A build of its own for the chaos tests: with the places where a process can be killed (`platform/failpoint.ts`). */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsdown'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const source = (path: string): string => join(ROOT, path)

export interface TestBuild {
  /** The command line. */
  main: string
  /** The hub of `test-hub.ts`. */
  hub: string
  remove(): void
}

/** Builds from the sources, so that it can never be older than they are. Packages are those of the workspace. */
export const buildForTests = async (): Promise<TestBuild> => {
  const dir = mkdtempSync(join(tmpdir(), 'logboom-test-build-'))
  symlinkSync(source('node_modules'), join(dir, 'node_modules'))
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}')
  await build({
    config: false,
    cwd: source('packages/logboom'),
    entry: {
      'cli/main': source('packages/logboom/src/cli/main.ts'),
      'store/seal-worker': source('test/kit/test-seal-worker.ts'),
      'store/writer-worker': source('test/kit/test-writer-worker.ts'),
      'test/hub': source('test/kit/test-hub.ts'),
    },
    outDir: join(dir, 'dist'),
    format: 'esm',
    platform: 'node',
    target: 'node20',
    dts: false,
    logLevel: 'error',
    outExtensions: () => ({ js: '.js' }),
    define: { 'process.env.LOGBOOM_TEST_BUILD': '"1"' },
    // The SDK comes along from its sources; nobody has to have built it.
    deps: { alwaysBundle: [/^@logboom\/sdk/] },
    inputOptions: { resolve: { conditionNames: ['@logboom/source', 'import', 'node', 'default'] } },
  })
  return {
    main: join(dir, 'dist/cli/main.js'),
    hub: join(dir, 'dist/test/hub.js'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
