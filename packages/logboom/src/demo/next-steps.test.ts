import { describe, expect, test } from 'vitest'
import { hostConfig, nextSteps, programOf } from './next-steps.ts'

const settings = {
  home: '/work here/.demo',
  cli: '/opt/logboom/dist/cli/main.js',
  node: '/usr/bin/node',
  program: 'npx logboom',
  following: true,
}

describe('what to try next', () => {
  test('the configuration is JSON with absolute paths and a tap in front of the server', () => {
    expect(JSON.parse(hostConfig(settings))).toEqual({
      mcpServers: {
        'my-server': {
          command: '/usr/bin/node',
          args: [
            ...[
              '/opt/logboom/dist/cli/main.js',
              'tap',
              '--server',
              'my-server',
              '--home',
              '/work here/.demo',
            ],
            ...['--', 'npx', '-y', '@modelcontextprotocol/server-everything'],
          ],
        },
      },
    })
  })

  test('the text holds that configuration, and quotes a home with a space', () => {
    const text = nextSteps(settings)
    expect(text).toContain(hostConfig(settings))
    expect(text).toContain('npx logboom calls --home "/work here/.demo" "status:error"')
  })

  test('the text says where the page is, or how to have one', () => {
    expect(nextSteps({ ...settings, page: 'http://127.0.0.1:7400/' })).toContain(
      '\nLook at it: http://127.0.0.1:7400/\n',
    )
    expect(nextSteps({ ...settings, following: false })).toContain(
      '\nLook at it: npx logboom up --home "/work here/.demo" --open\n',
    )
  })

  test.each([
    ['/home/me/app/node_modules/.bin/logboom', 'npx logboom'],
    ['C:\\app\\node_modules\\logboom\\dist\\cli\\main.js', 'npx logboom'],
    ['/usr/local/bin/logboom', 'logboom'],
    ['/repo/packages/logboom/dist/cli/main.js', 'node /opt/logboom/dist/cli/main.js'],
  ])('a program started as %s is typed as %s', (invokedAs, program) => {
    expect(programOf(invokedAs, settings.cli)).toBe(program)
  })
})
