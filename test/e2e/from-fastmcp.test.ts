/** The TypeScript programs of the page for users of FastMCP are run, and the pages show exactly these programs. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectShown, runExample } from '../kit/examples.ts'

describe('programs beside those of FastMCP', { timeout: 120_000 }, () => {
  test.each([
    [
      'server.ts: any value may be a field, and the call succeeds',
      [
        'debug - starting {}',
        'warning - card expires soon {"days":3}',
        'notice till paid {"order":{"number":17}}',
        'ok',
      ],
    ],
    [
      'handler.ts: all that a foreign server sends is a record of its call',
      [
        'info counted {"items":12} inferred',
        'error shelf is empty {} inferred',
        'error shelf=4 {"shelf":4} inferred',
      ],
    ],
    [
      'levels.ts: eight of eight, none above error below it',
      [
        'debug debug',
        'info info',
        'info notice',
        'warn warning',
        'error error',
        'fatal critical',
        'fatal alert',
        'fatal emergency',
      ],
    ],
    ['slow.ts: all are handed over before close resolves', ['40 of 40 in order']],
    ['servers.ts: each names its server', ['berlin exact disk nearly full', 'oslo exact disk nearly full']],
    ['filter.ts: the same in both eras', ['auto error row refused', 'legacy error row refused']],
  ])('%s', async (name, lines) => {
    const [program = ''] = name.split(':')
    expect((await runExample('from-fastmcp', program)).lines).toEqual(lines)
  })

  test('stdio.ts: what a server prints is heard, and kept in its file', async () => {
    const { lines, folder } = await runExample('from-fastmcp', 'stdio.ts')
    expect(lines.sort()).toEqual(['stderr error ink is low', 'stderr warning half way'])
    expect(existsSync(join(folder, 'shop.log'))).toBe(true)
  })
})

test.each(['docs/from-fastmcp.md', 'docs/zh-CN/from-fastmcp.md'])(
  '%s shows every program, each as it is',
  (page) => expectShown(page, 'from-fastmcp'),
)
