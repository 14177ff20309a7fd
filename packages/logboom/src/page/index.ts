/**
 * Serves the page to browsers: static files without secrets, under a policy that lets them run nothing but themselves and talk
 * to nobody but the hub. What they show comes from the API, which asks for the token where there is one.
 */
import type { ErrorCode } from '@logboom/sdk/errors'
import { type Context, Hono } from 'hono'
import type { PageFile, PageFiles } from './files.ts'

export { type PageFiles, readPageFiles } from './files.ts'

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** What is at `/` in a checkout that was not built; in the published package the page is there. */
const NOT_BUILT = {
  error: {
    code: 'LB_API_REQUEST' satisfies ErrorCode,
    message: 'The page was not built',
    hint: "'npm run build' builds it. The API is at /api/v1/openapi.json.",
  },
}

/** Places of the page: the document answers for them, and finds out itself which it is (`apps/ui/src/location`). */
const PLACE = /^\/(?:|patterns|tools|servers|calls|calls\/[^/]+)$/

/** What a path of the page is answered with; nothing for other paths. */
const fileAt = (files: PageFiles, path: string): PageFile | undefined =>
  PLACE.test(path) ? files.get('/index.html') : path === '/index.html' ? undefined : files.get(path)

/** Whether a path is one of the page's: it may be had without the token. */
export const isPagePath = (files: PageFiles, path: string): boolean => fileAt(files, path) !== undefined

/**
 * The routes of the page.
 * @example app.route('/', pageRoutes(readPageFiles('dist/ui')))
 */
export const pageRoutes = (files: PageFiles): Hono => {
  const app = new Hono()
  if (files.size === 0) app.get('/', (context) => context.json(NOT_BUILT, 404))
  app.get('*', (context, next) => {
    const file = fileAt(files, context.req.path)
    return file === undefined ? next() : answer(file, context)
  })
  return app
}

const answer = (file: PageFile, { req, body }: Context): Response => {
  const headers: Record<string, string> = {
    'content-type': file.type,
    'content-security-policy': POLICY,
    'cache-control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-cache',
    etag: file.etag,
    vary: 'accept-encoding',
  }
  if (req.header('if-none-match') === file.etag) return body(null, 304, headers)
  const zipped = /\bgzip\b/.test(req.header('accept-encoding') ?? '') ? file.gzip : undefined
  return body(
    zipped ?? file.body,
    200,
    zipped === undefined ? headers : { ...headers, 'content-encoding': 'gzip' },
  )
}
