#!/usr/bin/env node
/**
 * The binary. `tap` starts with every captured server, so it goes straight to what it needs; everything else goes
 * through the program.
 */
const argv = process.argv.slice(2)
const dashes = argv.indexOf('--')
const own = dashes === -1 ? argv : argv.slice(0, dashes)

if (argv[0] === 'tap' && !own.includes('--help') && !own.includes('-h')) {
  const { run } = await import('./commands/tap.ts')
  await run(argv.slice(1))
} else {
  const { runInProcess } = await import('./process.ts')
  await runInProcess(argv)
}
