// A process that asks a store while it is written: `reader.mjs api|files WHERE PACE-MS QUESTIONS-JSON`. Through the API of a hub
// (WHERE is its address), or from the files themselves (WHERE is the store's directory), as a command without a hub does; one
// question after the other, the next one as soon as there is an answer but not sooner than PACE-MS after the last. Stops at the end of
// its stdin and prints JSON: the milliseconds of every answer by question, and what failed, by message.
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'

const [how, where, pace, questionsJson] = process.argv.slice(2)
/** Name to `{q}`, a query whose newest hundred are wanted, or `{call}`, whose story is. */
const questions = Object.entries(JSON.parse(questionsJson))

const throughApi =
  () =>
  async ({ q, call }) => {
    const path = call === undefined ? `records?limit=100&q=${encodeURIComponent(q)}` : `calls/${call}`
    const response = await fetch(`${where}/api/v1/${path}`)
    const text = await response.text()
    // A call that is not there yet is an answer too.
    if (response.status === 404 && call !== undefined) return
    if (!response.ok) throw new Error(`${response.status} ${text}`)
    JSON.parse(text)
  }

const throughFiles = async () => {
  const { openSqliteArchive } = await import('../../packages/logboom/src/store/sqlite/index.ts')
  const { re2 } = await import('../../packages/logboom/src/cli/regex.ts')
  const { parseQuery } = await import('../../packages/sdk/src/query/index.ts')
  const { giveWay } = await import('../../packages/logboom/src/platform/index.ts')
  // As commands do that find a hub.
  giveWay()
  const archive = await openSqliteArchive({ dir: where, regex: re2, isAlive: async () => true })
  return async ({ q, call }) => {
    if (call !== undefined) await archive.story(call)
    else {
      const filter = parseQuery(q, { now: Date.now() })
      await archive.page({ filter, order: 'newest', limit: 100 })
    }
  }
}

const ask = how === 'api' ? throughApi() : await throughFiles()
const times = Object.fromEntries(questions.map(([name]) => [name, []]))
const errors = {}
let stopped = false
process.stdin.on('end', () => (stopped = true)).resume()
// What is loaded and compiled at the first question is no answer's time.
for (const [, question] of [...questions, ...questions]) await ask(question)
process.stderr.write('asking\n')
for (let turn = 0; !stopped; turn++) {
  const [name, question] = questions[turn % questions.length]
  const from = performance.now()
  try {
    await ask(question)
    times[name].push(Math.round((performance.now() - from) * 1000) / 1000)
  } catch (error) {
    const { message } = error
    errors[message] = (errors[message] ?? 0) + 1
  }
  // Others have their turn either way: an archive that answers from memory would never hear that it is to stop.
  await wait(Math.max(0, Number(pace) - (performance.now() - from)))
}
process.stdout.write(JSON.stringify({ times, errors }))
process.exit(0)
