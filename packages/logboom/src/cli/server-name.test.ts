import { describe, expect, it } from 'vitest'
import { serverName } from './server-name.ts'

describe('the name of a server that nobody named', () => {
  it.each([
    ['server-memory', 'npx -y @modelcontextprotocol/server-memory'],
    ['server-filesystem', 'npx --yes @modelcontextprotocol/server-filesystem@2026.8.31 /tmp'],
    ['my-cli', 'npx -p some-package my-cli serve'],
    ['weather', 'uv run weather.py --port 1'],
    ['weather', 'uv --directory /srv/weather run weather.py'],
    ['mcp-server-git', 'uvx --from git+https://example.org/x mcp-server-git'],
    ['mcp_server_time', 'python3.12 -m mcp_server_time'],
    ['notes', 'uv run python -m notes'],
    ['analytics-server', 'node --import tsx ./src/analytics-server.ts'],
    ['weather', 'node /home/me/weather/dist/index.js'],
    ['weather', 'node C:\\Users\\me\\weather\\build\\index.js'],
    ['github-mcp-server', 'docker run -i --rm -e TOKEN ghcr.io/github/github-mcp-server:1.2'],
    ['gh', 'docker run -i --name gh ghcr.io/github/github-mcp-server'],
    ['thing', '/usr/local/bin/thing.exe --stdio'],
    ['node', 'node --version'],
    ['server', 'node index.js'],
    ['x', 'env A=1 node x.mjs'],
    ['server', '%%%'],
  ])('is %s for %s', (name, line) => {
    const [command = '', ...args] = line.split(' ')
    expect(serverName(command, args)).toBe(name)
  })
})
