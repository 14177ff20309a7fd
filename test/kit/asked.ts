/** A hub with records to ask for: two servers, both ended, with all their words stored. */
import { tempDir } from './home.ts'
import { talk, up } from './page.ts'
import { waitFor } from './wait.ts'

/** The address of a hub with records of `files` (a warning with `user.id`, Chinese) and `my weather` (a failed call). */
export const someRecords = async (): Promise<string> => {
  const home = tempDir()
  const { url } = await up(home)
  const files = await talk(home, 'files', ['read_file'])
  await files.call('read_file', {
    steps: [
      { log: { level: 'warning', data: { msg: 'slow disk', extra: { user: { id: 42 } } }, logger: 'disk' } },
      { log: { level: 'info', data: '工具调用完成' } },
    ],
  })
  const weather = await talk(home, 'my weather', ['forecast'])
  await weather.call('forecast', { result: { error: 'no forecast' } })
  await files.close()
  await weather.close()
  await waitFor('the last words of both servers', async () => {
    const answer = await fetch(`${url}/api/v1/records?q=source:lifecycle&limit=100`)
    const { items } = (await answer.json()) as { items: { record: { server: string; message: string } }[] }
    const ended = items.filter(({ record }) => /exit/.test(record.message))
    return new Set(ended.map(({ record }) => record.server)).size === 2
  })
  return url
}
