/**
 * The one thing that is started through the API, for the page's button: the demo's app. A page of another site cannot: its
 * Origin is refused by the gate, and without leave of ours it can send no JSON.
 */
import type { Context } from 'hono'
import { apiError, notFound } from './errors.ts'

export interface DemoStarter {
  /** Starts the demo's app; false when it runs already. */
  start(): Promise<boolean>
}

const JSON_TYPE = /^application\/json(?: *;|$)/i

export const demoRoute =
  (demo: DemoStarter | undefined) =>
  async ({ req, json }: Context): Promise<Response> => {
    if (demo === undefined) throw notFound('This hub has no demo to start', "'logboom demo' starts one.")
    if (!JSON_TYPE.test(req.header('content-type') ?? '')) {
      throw apiError(415, 'LB_API_REQUEST', 'Only JSON is taken', {
        hint: 'Send it with Content-Type: application/json; the body may be {}.',
      })
    }
    if (!(await demo.start())) {
      throw apiError(409, 'LB_API_REQUEST', 'The demo runs already', {
        hint: 'Look at its records: server:api-gateway.',
      })
    }
    return json({ started: true }, 202)
  }
