/** The one thing the API starts. */
import { expect, it } from 'vitest'
import { request } from './testing.ts'
import { withHub } from './testing-hub.ts'

const JSON_BODY = { 'content-type': 'application/json' }

const post = async (port: number, headers: Record<string, string>): Promise<[number, unknown]> => {
  const { status, body } = await request(port, '/api/v1/demo', headers, 'POST')
  return [status, JSON.parse(body)]
}

it('starts the demo once, and says so while it runs', async () => {
  const answers = [true, false]
  await withHub({ demo: { start: async () => answers.shift() === true } }, async ({ port }) => {
    expect(await post(port, JSON_BODY)).toEqual([202, { started: true }])
    expect(await post(port, { 'content-type': 'application/json; charset=utf-8' })).toMatchObject([
      409,
      { error: { code: 'LB_API_REQUEST' } },
    ])
  })
})

it('is out of reach for what a page of another site can send', async () => {
  let started = 0
  await withHub({ demo: { start: async () => ++started > 0 } }, async ({ port }) => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    for (const headers of [{}, form, { 'content-type': 'text/plain' }])
      expect(await post(port, headers)).toMatchObject([415, {}])
    for (const foreign of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
      expect(await post(port, { ...JSON_BODY, ...foreign })).toMatchObject([403, {}])
    expect(started).toBe(0)
  })
})

it('is not there where a hub has none, and everything else only reads', async () => {
  await withHub({}, async ({ port }) => {
    expect(await post(port, JSON_BODY)).toMatchObject([404, {}])
    const { status } = await request(port, '/api/v1/records', JSON_BODY, 'POST')
    expect(status).toBe(405)
  })
})
