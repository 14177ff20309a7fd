/**
 * Run after `npm install` has changed package-lock.json. A registry mirror that carries only some platforms' builds of a
 * native package makes npm leave the others out of the lockfile, and then `npm ci` refuses it, or installs nothing that
 * runs on a Mac. This adds what is missing: an entry per optional dependency without one, with the platform its name
 * tells. Entries that npm needs are never touched, and no host name is written.
 *
 *   node scripts/complete-lockfile.mjs [DIRECTORY…]
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const PROCESSORS = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
]
const LIBRARIES = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' }

/** What a platform package's name says: `binding-linux-x64-musl`. */
const platformOf = (name) => {
  const words = name.split(/[-/]/)
  const os = words.filter((word) => SYSTEMS.includes(word))
  const cpu = words.filter((word) => PROCESSORS.includes(word))
  const libc = words.flatMap((word) => LIBRARIES[word] ?? [])
  return { ...(cpu.length && { cpu }), ...(libc.length && { libc }), ...(os.length && { os }) }
}

/** True when a package at `place` finds `name` in its own node_modules or in one above. */
const found = (packages, place, name) => {
  for (let at = place; ; at = at.replace(/(^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, '')) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`] !== undefined) return true
    if (!at.includes('node_modules/')) return packages[`node_modules/${name}`] !== undefined
  }
}

/** Adds the missing entries; tells their names. */
const complete = (packages) => {
  const added = []
  for (const [place, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const platform = platformOf(name)
      if (found(packages, place, name) || !/^\d+\.\d+\.\d+/.test(version) || platform.cpu === undefined)
        continue
      packages[`node_modules/${name}`] = {
        version,
        ...platform,
        ...(entry.dev && { dev: true }),
        optional: true,
      }
      added.push(`${name}@${version}`)
    }
  }
  return added
}

for (const directory of process.argv.length > 2 ? process.argv.slice(2) : ['.']) {
  const file = path.join(directory, 'package-lock.json')
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  // What npm itself calls extraneous is not wanted by anybody, and `npm ci` does not install it.
  const extraneous = Object.keys(lock.packages).filter((place) => lock.packages[place].extraneous)
  for (const place of extraneous) delete lock.packages[place]
  const added = complete(lock.packages)
  const [root, ...rest] = Object.entries(lock.packages)
  lock.packages = Object.fromEntries([root, ...rest.sort(([a], [b]) => (a < b ? -1 : 1))])
  if (added.length + extraneous.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
  const changes = [...added.map((name) => `+ ${name}`), ...extraneous.map((place) => `- ${place}`)]
  console.log(`${file}: ${changes.length === 0 ? 'complete' : changes.join(', ')}`)
}
