/** Old records dropped by hand, over a real home. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { writeRun } from '../kit/captured.ts'
import { places } from '../kit/home.ts'
import { logboom, MAIN, NODE, start } from '../kit/process.ts'
import { waitFor } from '../kit/wait.ts'

const DAY = 86_400_000

const prune = async (home: string, ...argv: string[]) => {
  const { code, stdout, stderr } = await logboom(['prune', '--home', home, '--json', ...argv])
  return { code, ...JSON.parse((code === 0 ? stdout : stderr).toString()) }
}

const serversOf = async (home: string): Promise<string[]> => {
  const { stdout } = await logboom(['stats', '--home', home, '--json'])
  return JSON.parse(stdout.toString()).servers.map(({ server }: { server: string }) => server)
}

describe('prune', () => {
  test('drops what is older, tells the same before, and counts it as dropped', async () => {
    const { home } = places()
    writeRun(home, { server: 'old', at: Date.now() - 10 * DAY, messages: ['one', 'two'] })
    const plan = await prune(home, '--older-than', '7d', '--dry-run')
    expect(plan).toMatchObject({ code: 0, dryRun: true, files: 1, records: 3, mixed: 0 })
    expect(await serversOf(home)).toEqual(['old'])

    const gone = await prune(home, '--older-than', '7d')
    expect(gone).toMatchObject({ code: 0, dryRun: false, files: 1, records: 3 })
    expect(gone.bytes).toBeGreaterThan(0)
    writeRun(home, { server: 'new', at: Date.now(), messages: ['three'] })
    expect(await serversOf(home)).toEqual(['new'])
    const { stdout } = await logboom(['stats', '--home', home, '--json'])
    expect(JSON.parse(stdout.toString()).dropped).toEqual({ retention: 3 })
    expect(await prune(home, '--older-than', '7d')).toMatchObject({ files: 0, records: 0 })
  })

  test('keeps whole files in which newer records stand, and says so', async () => {
    const { home } = places()
    writeRun(home, { server: 'old', at: Date.now() - 10 * DAY, messages: ['one'] })
    writeRun(home, { server: 'new', at: Date.now() - 60_000, messages: ['two'] })
    expect(await prune(home, '--older-than', '7d', '--dry-run')).toMatchObject({ records: 0, mixed: 1 })
    const { stdout } = await logboom(['prune', '--home', home, '--older-than', '7d', '--dry-run'])
    expect(stdout.toString()).toMatch(/Would go: nothing\..*\n.*1 file with older records stays/)
    expect(await prune(home, '--older-than', '7d')).toMatchObject({ code: 0, records: 0 })
    expect(await serversOf(home)).toEqual(['new', 'old'])
    // Nor do the records of a single server go from a file that is not old as a whole.
    expect(await prune(home, '--older-than', '7d', '--server', 'old', '--dry-run')).toMatchObject({
      records: 0,
    })
  })

  test('is refused while another process writes the store', async () => {
    const { home } = places()
    writeRun(home, { server: 'old', at: Date.now() - 10 * DAY, messages: ['one'] })
    const hub = start([NODE, MAIN, 'up', '--home', home, '--port', '0'])
    await waitFor('the hub', () => hub.stdout().includes('Logboom is at'))
    const refused = await prune(home, '--older-than', '7d')
    expect(refused).toMatchObject({
      code: 1,
      error: { code: 'LB_HUB_RUNNING', hint: expect.stringContaining('stop it') },
    })
    hub.kill('SIGTERM')
    await hub.ended()
    expect(await prune(home, '--older-than', '7d')).toMatchObject({ code: 0, records: 2 })
  })

  test('makes nothing where nothing was ever captured', async () => {
    const { home } = places()
    expect(await prune(home, '--max-size', '1gb')).toEqual({
      code: 0,
      dryRun: false,
      files: 0,
      records: 0,
      bytes: 0,
    })
    expect(existsSync(join(home, 'store'))).toBe(false)
  })
})
