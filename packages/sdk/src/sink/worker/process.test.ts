/** What a sink over threads does to its process: run as one. */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { BOUND_MS, handlerModule } from './testing.ts'

/** Runs a module in a process that can load TypeScript; `sink` is over the handler, `records` makes some. */
const run = async (handler: URL, code: string, options = '{}') => {
  const file = new URL('main.mts', handler)
  const from = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
  writeFileSync(
    file,
    `import { workerSink } from ${from('./worker.ts')}
    import { createDelivery } from ${from('../delivery.ts')}
    import { makeRecord } from ${from('../../testing/records.ts')}
    const sink = workerSink(new URL(${JSON.stringify(handler.href)}), ${options})
    ${code}`,
  )
  const tsx = import.meta.resolve('tsx')
  const child = spawn(
    process.execPath,
    ['--conditions=@logboom/source', '--import', tsx, fileURLToPath(file)],
    { stdio: ['ignore', 'pipe', 'pipe'], timeout: BOUND_MS, killSignal: 'SIGKILL' },
  )
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    err += String(chunk)
  })
  const ended = await new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal)))
  return { ended, out, err }
}

it('ends by itself with idle threads, which nobody closed', async () => {
  const { url, notes } = handlerModule('export default (batch) => note(batch[0].seq)')
  const result = await run(url, `await sink([makeRecord(7)]); console.log('over')`)
  expect(result).toEqual({ ended: 0, out: 'over\n', err: '' })
  expect(notes()).toEqual(['7'])
})

it('lives until what it has handed over is answered for', async () => {
  const { url, notes } = handlerModule(
    `export default async (batch) => { await new Promise((resolve) => setTimeout(resolve, 50)); note(batch[0].seq) }`,
  )
  const result = await run(url, `createDelivery(sink).push(makeRecord(8))`)
  expect(result).toEqual({ ended: 0, out: '', err: '' })
  expect(notes()).toEqual(['8'])
})

it('is not held by a thread that hangs when nobody waits for it any more', async () => {
  const { url } = handlerModule('export default () => { for (;;); }')
  const result = await run(
    url,
    `const delivery = createDelivery((batch, context) => sink(batch, context))
    delivery.push(makeRecord(0))
    console.log(await delivery.close(500))`,
    '{ attemptMs: 600_000 }',
  )
  expect(result).toEqual({ ended: 0, out: '{ left: 1 }\n', err: '' })
})

it('keeps its standard output to itself, whatever a handler prints', async () => {
  const { url } = handlerModule(`export default () => console.log('printed by a handler')`)
  const result = await run(url, `await sink([makeRecord(0)]); await sink.close(5000)`)
  expect(result).toEqual({ ended: 0, out: '', err: 'printed by a handler\n' })
})

it('loads handlers in TypeScript where it loads TypeScript itself', async () => {
  const { url } = handlerModule('')
  const handler = new URL('handler.ts', url)
  writeFileSync(
    handler,
    `import { SinkError } from ${JSON.stringify(new URL('../errors.ts', import.meta.url).href)}
    enum Word { No = 'no' }
    export default (): void => { throw new SinkError(Word.No, { retryable: true }) }`,
  )
  const result = await run(
    handler,
    `await sink([makeRecord(0)]).catch((e) => console.log(e.message, e.retryable))`,
  )
  expect(result).toEqual({ ended: 0, out: 'no true\n', err: '' })
})
