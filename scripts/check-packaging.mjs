/**
 * Holds what is published to what its users' tools expect: packs both packages and runs publint and arethetypeswrong over
 * the very tarballs npm would send. Any finding fails, also what the tools call a suggestion. Wants a build.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const PACKAGES = ['sdk', 'logboom']
const root = path.dirname(import.meta.dirname)
const execute = promisify(execFile)

/** Packs one package into `folder`; the path of its tarball. */
const pack = async (name, folder) => {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const options = { cwd: path.join(root, 'packages', name), shell: process.platform === 'win32' }
  const { stdout } = await execute('npm', args, options)
  return path.join(folder, JSON.parse(stdout)[0].filename)
}

/** What publint says, one line a finding. */
const lint = async (tarball) => {
  const bytes = readFileSync(tarball)
  const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  const { messages, pkg } = await publint({ pack: { tarball: data }, level: 'suggestion', strict: true })
  return messages.map(
    (message) => `publint: ${message.type}: ${formatMessage(message, pkg, { color: false })}`,
  )
}

const cli = createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json')
const attw = path.join(path.dirname(cli), JSON.parse(readFileSync(cli, 'utf8')).bin.attw)

/** What arethetypeswrong says, as it says it; nothing when all is well. Both packages are ESM only, by intent. */
const checkTypes = async (tarball) => {
  const args = [attw, tarball, '--profile', 'esm-only', '--no-color', '--no-emoji', '--format', 'ascii']
  return execute(process.execPath, args).then(
    () => [],
    ({ stdout, stderr }) => [`arethetypeswrong:\n${stdout}${stderr}`],
  )
}

const folder = mkdtempSync(path.join(tmpdir(), 'logboom-packaging-'))
try {
  for (const name of PACKAGES) {
    const tarball = await pack(name, folder)
    const findings = [...(await lint(tarball)), ...(await checkTypes(tarball))]
    process.stdout.write(`${path.basename(tarball)}: ${findings.length === 0 ? 'no findings' : 'findings'}\n`)
    for (const finding of findings) process.stdout.write(`  ${finding}\n`)
    if (findings.length > 0) process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
}
