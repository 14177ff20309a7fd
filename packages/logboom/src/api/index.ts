/** The hub's HTTP API: questions about an archive, the live tail, metrics. `docs/api.md` is its manual. */
export { createApi } from './app.ts'
export { serveApi } from './serve.ts'
