/**
 * Proves that no regular expression that meets text from outside can stop the event loop.
 *
 * Each one of the redaction pack and of the line patterns is (1) judged by recheck, which must not prove it vulnerable,
 * and (2) run on 100 kB of the worst that can be made for it: repeats of its own beginnings, of one character, and of
 * recheck's attack. The whole redaction runs on the same texts. The processor time of the fastest of several runs
 * counts, so that a busy machine cannot fail the check; more than 10 ms (redaction as a whole: 150 ms) does.
 *
 * Sources are bundled first, since Node 20 does not read TypeScript. Usage: `npm run regexes`; exit 1 names what is slow.
 */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { check } from 'recheck'
import { build } from 'tsdown'

const SIZE = 100_000
const LIMIT_MS = 10
const REDACTION_LIMIT_MS = 150
const RUNS = 5
// Our bounded repeats are longer than recheck takes on with automata unless told so.
const CHECK = { timeout: 20_000, maxRepeatCount: 100 }

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const out = path.join(root, 'node_modules', '.cache', 'check-regexes')
const sdk = path.join(root, 'packages', 'sdk', 'src')

const load = async () => {
  await build({
    cwd: root,
    config: false,
    entry: {
      rules: path.join(sdk, 'transform/redact/rules.ts'),
      redact: path.join(sdk, 'transform/redact/redact.ts'),
      samples: path.join(sdk, 'transform/redact/samples.ts'),
      lines: path.join(sdk, 'observe/lines/patterns.ts'),
    },
    outDir: out,
    platform: 'neutral',
    format: 'esm',
    dts: false,
    clean: true,
    external: [/^node:/],
    outExtensions: () => ({ js: '.mjs' }),
    logLevel: 'silent',
  })
  const from = (name) => import(pathToFileURL(path.join(out, `${name}.mjs`)).href)
  const [rules, redact, samples, lines] = await Promise.all(['rules', 'redact', 'samples', 'lines'].map(from))
  return {
    patterns: [...rules.REDACT_PATTERNS, ...lines.LINE_PATTERNS],
    redactText: redact.redactText,
    samples: samples.SAMPLES.map(({ text }) => text),
  }
}

/** The regular expression as a search over a whole text, as often as it matches. */
const search = (regex) => new RegExp(regex.source, `${regex.flags.replace(/[gy]/g, '')}g`)

const fill = (text) => (text === '' ? '' : text.repeat(Math.ceil(SIZE / text.length)).slice(0, SIZE))

/** Fastest of several runs, in milliseconds of processor time; slow ones are not repeated. */
const fastest = (run, limit) => {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < RUNS; i++) {
    const start = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(start)
    const took = (user + system) / 1000
    if (took < best) best = took
    if (best <= limit / 2 || took > limit * 100) break
  }
  return best
}

/** Pieces a regular expression is made of: what its repeats can be fed with. */
const literals = (source) => {
  const plain = source
    .replace(/\\[sS]/g, ' ')
    .replace(/\\[dD]/g, '1')
    .replace(/\\[wW]/g, 'a')
    .replace(/\\(.)/g, '$1')
  const runs = plain.match(/[A-Za-z0-9_ :@=./<>"'-]{1,24}/g) ?? []
  return [...new Set([...runs, ...runs.map((run) => run[0] ?? ''), runs.join('')])].slice(0, 40)
}

const PLAIN = [
  'a',
  'A',
  '0',
  ' ',
  '-',
  '.',
  ':',
  '/',
  '=',
  '"',
  '\\',
  '[',
  '{',
  'a.',
  'a ',
  'a: ',
  '\t',
  '1:',
]

const attacks = (pattern, attack) => {
  const texts = [...PLAIN, ...literals(pattern.regex.source)].map(fill)
  if (attack !== undefined) {
    texts.push(attack.string.slice(0, SIZE))
    for (const { prefix, pump } of attack.pumps)
      texts.push(prefix + fill(pump) + attack.suffix, fill(prefix + pump))
  }
  return texts.flatMap((text) => [text, `${text}\u0000`])
}

const slowestOf = (texts, run, limit) => {
  let slowest = { took: 0, text: '' }
  for (const text of texts) {
    const took = fastest(() => run(text), limit)
    if (took > slowest.took) slowest = { took, text }
  }
  return slowest
}

const failures = []
const fail = (name, why) => {
  failures.push(name)
  console.error(`  FAIL ${name}: ${why}`)
}

if (!existsSync(path.join(sdk, 'observe/lines/patterns.ts')))
  throw new Error('observe/lines/patterns.ts is missing')
const { patterns, redactText, samples } = await load()
const judged = { safe: 0, run: 0 }
let worst = { name: '', took: 0 }
for (const pattern of patterns) {
  const { source, flags } = pattern.regex
  const verdict = await check(source, flags.replace(/[gy]/g, ''), CHECK)
  // recheck proves (automaton) or guesses (fuzzing, by counting steps, where a bounded repeat can look quadratic).
  // A proof fails at once; a guess is put to the test below, with its own attack at full size.
  const proved = verdict.status === 'vulnerable' && !verdict.complexity.isFuzz
  if (proved || verdict.complexity?.type === 'exponential') {
    fail(pattern.name, `recheck: ${verdict.complexity.summary}, for example ${verdict.attack.pattern}`)
  }
  if (verdict.status === 'safe') judged.safe++
  else judged.run++
  const regex = search(pattern.regex)
  const slow = slowestOf(attacks(pattern, verdict.attack), (text) => text.replace(regex, ''), LIMIT_MS)
  if (slow.took > LIMIT_MS) {
    fail(pattern.name, `${slow.took.toFixed(1)} ms on 100 kB of ${JSON.stringify(slow.text.slice(0, 40))}`)
  }
  if (slow.took > worst.took) worst = { name: pattern.name, took: slow.took }
}

const NAMES = [
  'password',
  'password=',
  'token:',
  '"token":{',
  '--token ',
  'a://b:',
  'a://b:c@',
  'postgres://a:b/',
  'key: key: ',
]
const HARD = [
  'Bearer ',
  'eyJ',
  'eyJ.',
  'sk-',
  'sk-a',
  'basic ',
  '-----BEGIN PRIVATE KEY-----',
  '.aaaaaa',
  '%3D',
  "='",
  '="\\',
]
const hostile = [...PLAIN, ...NAMES, ...HARD, ...samples.map((text) => text.slice(0, 12)), ...samples].map(
  fill,
)
const whole = slowestOf(hostile, redactText, REDACTION_LIMIT_MS)
if (whole.took > REDACTION_LIMIT_MS) {
  fail('redactText', `${whole.took.toFixed(1)} ms on 100 kB of ${JSON.stringify(whole.text.slice(0, 40))}`)
}
await rm(out, { recursive: true, force: true })

console.log(
  `${patterns.length} regular expressions (${judged.safe} safe to recheck, ${judged.run} by running its attacks), ` +
    `${failures.length} failures; slowest ${worst.name} ${worst.took.toFixed(2)} ms; ` +
    `whole redaction ${whole.took.toFixed(1)} ms (100 kB of ${JSON.stringify(whole.text.slice(0, 24))})`,
)
process.exit(failures.length === 0 ? 0 : 1)
