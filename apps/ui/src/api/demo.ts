/** The demo of a hub: the one thing the page can start. */
import { ApiError, PREFIX, problemOf } from './client.ts'
import { authorization } from './token.ts'

/** `absent`: this hub has no way to start one. */
export type DemoState = 'started' | 'running' | 'absent'

/** @throws ApiError */
export const startDemo = async (): Promise<DemoState> => {
  const response = await fetch(`${PREFIX}/demo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization() },
    body: '{}',
  }).catch(() => {
    throw new ApiError(0, { code: 'OFFLINE', message: 'The hub does not answer' })
  })
  if (response.ok) return 'started'
  if (response.status === 409) return 'running'
  // 405: a hub from before there was a demo only reads.
  if (response.status === 404 || response.status === 405) return 'absent'
  throw problemOf(response.status, await response.json().catch(() => undefined))
}
