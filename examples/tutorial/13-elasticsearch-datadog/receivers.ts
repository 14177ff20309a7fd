/** Stand in for Elasticsearch, which is busy at first, and for Datadog, on this machine. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json, text } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'

export const startReceivers = async () => {
  const elasticsearch = new Set<string>()
  const datadog: unknown[] = []
  let refused = 0
  const server = createServer(async (request, response) => {
    const zipped = request.headers['content-encoding'] === 'gzip'
    const body = zipped ? request.pipe(createGunzip()) : request
    if (request.url?.includes('/_bulk')) {
      const lines = (await text(body)).trimEnd().split('\n')
      if (refused++ === 0) return response.writeHead(503).end()
      const ids = lines.filter((_, index) => index % 2 === 0).map((line) => JSON.parse(line).create._id)
      for (const id of ids) elasticsearch.add(id)
      return response.end(
        JSON.stringify({ errors: false, items: ids.map(() => ({ create: { status: 201 } })) }),
      )
    }
    datadog.push(...((await json(body)) as unknown[]))
    return response.writeHead(202).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, elasticsearch, datadog, stop: () => server.close() }
}
