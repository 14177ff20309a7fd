/** The hub is killed, at random moments and between any two of its steps: nothing is lost, doubled, altered or out of order. */
import { afterAll, test } from 'vitest'
import { createCampaign } from '../kit/campaign.ts'
import { testBuild } from '../kit/hub.ts'
import { SEED } from '../kit/random.ts'

const SMALL = { segmentRows: 4096, segmentText: 150_000 }

afterAll(async () => (await testBuild()).remove())

test.concurrent('killed at random moments', async () => {
  const campaign = createCampaign({ seed: SEED, ...SMALL })
  const when = { start: 0, run: 0 }
  for (let kills = 0; kills < 20; kills++) when[await campaign.killOnce()]++
  console.log(when, await campaign.finish())
})
