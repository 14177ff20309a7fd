import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createPaces } from './pace.ts'

/** How often others had their turn while this ran. */
const turnsDuring = async (work: () => Promise<void>): Promise<number> => {
  let turns = 0
  let over = false
  const count = (): void => {
    turns++
    if (!over) setImmediate(count)
  }
  await nextTurn()
  setImmediate(count)
  await work()
  over = true
  return turns
}

/** Paces by a clock that goes on by a millisecond at every look. */
const makePaces = () => {
  let now = 0
  return createPaces(new AbortController().signal, () => now++)
}

test('a long question lets others have their turn every ten milliseconds', async () => {
  const pace = makePaces()({})
  const turns = await turnsDuring(async () => {
    for (let step = 0; step < 500; step++) await pace.breathe()
  })
  expect(turns).toBeGreaterThan(30)
  expect(turns).toBeLessThan(60)
})

test('so does one that is made of many short ones, and so do many at once', async () => {
  const paceOf = makePaces()
  const short = async (): Promise<void> => {
    const pace = paceOf({})
    for (let step = 0; step < 5; step++) await pace.breathe()
  }
  const turns = await turnsDuring(async () => {
    for (let question = 0; question < 100; question++) await short()
  })
  expect(turns).toBeGreaterThan(30)
  const together = await turnsDuring(async () => {
    await Promise.all(Array.from({ length: 100 }, short))
  })
  expect(together).toBeGreaterThan(3)
})

test('a short one is not held up, whenever it is asked', async () => {
  const paceOf = makePaces()
  for (let question = 0; question < 5; question++) {
    const turns = await turnsDuring(async () => {
      const pace = paceOf({})
      for (let step = 0; step < 5; step++) await pace.breathe()
    })
    expect(turns).toBe(0)
    await nextTurn()
  }
})
