/**
 * The bootstrap behind `npm start`, `npm test` and their like: each works alone, as the first and only command on a fresh
 * clone, with nothing but Node and the npm registry. It installs what does not match the lockfile, builds what is
 * older than its sources, then becomes the task: its arguments, its signals, its exit code.
 *
 * No dependencies, for it runs before any is there. What it does it says on stderr, one plain line each; when nothing
 * changed it says nothing and costs well under 100 ms. Two at once are safe: the second waits for the first.
 *
 *   node scripts/run.mjs TASK [ARGUMENTS…]
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './run/lock.mjs'

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const STAMP = path.join(ROOT, 'node_modules/.cache/logboom/build')
const LOCK = path.join(ROOT, '.cache/run.lock')
const INTEROP = path.join(ROOT, 'test/interop')
const BENCH = path.join(ROOT, 'bench')
const VITEST = path.join(ROOT, 'node_modules/vitest/vitest.mjs')

/** What to run, given what came after `--`; and which folders besides the root need their own packages. */
const TASKS = {
  start: { command: (rest) => ['packages/logboom/dist/cli/main.js', 'demo', ...rest] },
  test: { command: (rest) => [VITEST, 'run', '--project', 'unit', '--project', 'e2e', ...rest] },
  'test:behaviours': { command: (rest) => [VITEST, 'run', '--project', 'behaviours', ...rest] },
  'test:chaos': { command: (rest) => [VITEST, 'run', '--project', 'chaos', ...rest] },
  'test:soak': { command: (rest) => [VITEST, 'run', '--project', 'soak', ...rest] },
  'test:ui': { command: (rest) => [VITEST, 'run', '--project', 'ui', ...rest] },
  'test:sinks': { command: (rest) => [VITEST, 'run', '--project', 'sinks', ...rest] },
  'test:interop': { command: (rest) => [VITEST, 'run', '--root', INTEROP, ...rest], install: [INTEROP] },
  bench: { command: (rest) => ['bench/run.mjs', ...rest], install: [BENCH] },
  packaging: { command: () => ['scripts/check-packaging.mjs'] },
  /** Only prepares: what CI calls before the checks that need the packages and nothing else. */
  prepare: { command: () => undefined },
}

const say = (line) => process.stderr.write(`logboom: ${line}\n`)
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'))
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

const fail = (line, exitCode = 1) => {
  say(line)
  process.exit(exitCode)
}

const checkNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [, needMajor, needMinor] = /(\d+)\.(\d+)/.exec(readJson(path.join(ROOT, 'package.json')).engines.node)
  if (major < Number(needMajor) || (major === Number(needMajor) && minor < Number(needMinor))) {
    fail(
      `this needs Node ${needMajor}.${needMinor} or newer; ${process.execPath} is ${process.versions.node}.`,
    )
  }
}

/** The dependencies a package.json asks for, as the lockfile repeats them. */
const wanted = ({ dependencies = {}, devDependencies = {}, optionalDependencies = {} }) =>
  JSON.stringify([dependencies, devDependencies, optionalDependencies].map((of) => Object.entries(of).sort()))

/** What was installed here last: every lockfile and package.json that decides it, as one digest. */
const installStamp = (directory) => path.join(directory, 'node_modules/.cache/logboom/installed')

const installInputs = (directory, lock) => {
  const places = Object.keys(lock).filter((place) => !place.includes('node_modules/'))
  const files = ['package-lock.json', ...places.map((place) => path.join(place, 'package.json'))]
  const digest = createHash('sha256')
  for (const file of files) digest.update(readFileSync(path.join(directory, file)))
  return digest.digest('hex')
}

/** True when the lockfile says what every package.json says, and npm's own list of what it installed the same. */
const installedByHand = (directory, lock) => {
  const installed = path.join(directory, 'node_modules/.package-lock.json')
  if (!existsSync(installed)) return false
  const have = readJson(installed).packages
  for (const [place, entry] of Object.entries(lock)) {
    if (!place.includes('node_modules/')) {
      if (wanted(readJson(path.join(directory, place, 'package.json'))) !== wanted(entry)) return false
    } else if (have[place] === undefined ? !entry.optional : have[place].version !== entry.version) {
      return false
    }
  }
  return Object.keys(have).every((place) => lock[place] !== undefined)
}

const installMatches = (directory) => {
  const lock = readJson(path.join(directory, 'package-lock.json')).packages
  const stamp = installStamp(directory)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === installInputs(directory, lock)) return true
  return installedByHand(directory, lock)
}

/**
 * The environment without what an outer `npm start` put there for itself: the root's engine rule is not every folder's, and
 * a silent npm could not say why it failed.
 */
const npmEnvironment = () => {
  const own = /^npm_config_(engine_strict|loglevel)$/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)))
}

/** Runs npm to its end; its output is shown only when it fails, and then all of it. */
const npm = (args, cwd) =>
  new Promise((resolve) => {
    const script = process.env.npm_execpath
    const viaNode = script !== undefined && /\.c?js$/.test(script)
    const options = { cwd, env: npmEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] }
    const child = viaNode
      ? spawn(process.execPath, [script, ...args], options)
      : spawn('npm', args, { ...options, shell: process.platform === 'win32' })
    let output = ''
    const started = performance.now()
    const waiting = setInterval(() => say(`npm ${args[0]} still running, ${seconds(started)}`), 15_000)
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    const end = (exitCode, reason) => {
      clearInterval(waiting)
      if (exitCode === 0) return resolve()
      process.stderr.write(output)
      fail(`npm ${args.join(' ')} failed in ${cwd} (${reason}); what it said stands above.`)
    }
    child.once('error', (error) => end(1, error.message))
    child.once('close', (exitCode, signal) => end(exitCode ?? 1, signal ?? `exit code ${exitCode}`))
  })

const install = async (directory) => {
  const started = performance.now()
  const where = path.relative(ROOT, directory)
  say(`installing packages${where === '' ? '' : ` of ${where}`} (npm ci) …`)
  await npm(['ci', '--no-audit', '--no-fund'], directory)
  const stamp = installStamp(directory)
  mkdirSync(path.dirname(stamp), { recursive: true })
  writeFileSync(stamp, installInputs(directory, readJson(path.join(directory, 'package-lock.json')).packages))
  say(`installed in ${seconds(started)}`)
}

/** What the page is built from. `src/api/schema.d.ts` is made by the build, of what stands among the packages. */
const PAGE_INPUTS = [
  'src',
  'public',
  'scripts',
  'index.html',
  'package.json',
  'tsconfig.json',
  'vite.config.ts',
]

/** Every file the build reads, with size and time: changed sources change this text. */
const buildInputs = () => {
  const lines = []
  const look = (name) => {
    const file = path.join(ROOT, name)
    const stat = statSync(file, { throwIfNoEntry: false })
    if (stat?.isDirectory()) for (const entry of readdirSync(file).sort()) look(`${name}/${entry}`)
    else if (stat !== undefined && !/\.test\.tsx?$|\/schema\.d\.ts$/.test(name))
      lines.push(`${name} ${stat.size} ${stat.mtimeMs}`)
  }
  for (const name of ['package.json', 'package-lock.json', 'tsconfig.json']) look(name)
  for (const entry of readdirSync(path.join(ROOT, 'packages'))) {
    for (const part of ['src', 'package.json', 'tsdown.config.ts']) look(`packages/${entry}/${part}`)
  }
  for (const part of PAGE_INPUTS) look(`apps/ui/${part}`)
  return lines.join('\n')
}

const OUTPUTS = [
  'packages/sdk/dist/record/index.js',
  'packages/logboom/dist/cli/main.js',
  'packages/logboom/dist/ui/index.html',
]

const buildMatches = () =>
  existsSync(STAMP) &&
  readFileSync(STAMP, 'utf8') === buildInputs() &&
  OUTPUTS.every((file) => existsSync(path.join(ROOT, file)))

const build = async () => {
  const started = performance.now()
  const inputs = buildInputs()
  say('building …')
  await npm(['run', '--silent', 'build'], ROOT)
  mkdirSync(path.dirname(STAMP), { recursive: true })
  writeFileSync(STAMP, inputs)
  say(`built in ${seconds(started)}`)
}

const prepare = async (directories) => {
  if (directories.every(installMatches) && buildMatches()) return
  await withLock(LOCK, say, async () => {
    for (const directory of directories) if (!installMatches(directory)) await install(directory)
    if (!buildMatches()) await build()
  })
}

/** Becomes the task. A terminal sends Ctrl-C to the task itself; other signals are passed on. */
const run = (args) => {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' })
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.once('error', (error) => fail(error.message))
  child.once('close', (exitCode, signal) => {
    if (signal === null) process.exit(exitCode ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

checkNode()
const [name = '', ...rest] = process.argv.slice(2)
const task = Object.hasOwn(TASKS, name) ? TASKS[name] : undefined
if (task === undefined) fail(`no task "${name}"; there are: ${Object.keys(TASKS).join(', ')}.`, 2)
await prepare([ROOT, ...(task.install ?? [])])
const command = task.command(rest)
if (command !== undefined) run(command)
