/** The hub's HTTP API: questions about an archive, the live tail, metrics. `docs/api.md` is its manual. */
export { type Api, type ApiSettings, createApi } from './app.ts'
export { isLoopback } from './gate.ts'
export { type ApiServer, type ServeSettings, serveApi } from './serve.ts'
