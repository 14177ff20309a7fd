/** A hub under test: started, asked, killed. */

import { type Ended, NODE, type Running, start } from './process.ts'
import { buildForTests, type TestBuild } from './test-build.ts'
import { waitFor } from './wait.ts'

/** What `test-hub.ts` is told. */
export interface HubSettings {
  home: string
  /** Positions and characters of text in a file of the store. */
  segmentRows?: number
  segmentText?: number
  /** Limits; when there are any they are kept every `retainMs`. */
  maxBytes?: number
  servers?: Record<string, { maxRecords?: number }>
  retainMs?: number
}

export interface Hub {
  process: Running
  /** Answers; undefined when it died before that. */
  url: string | undefined
  /** How long opening the store took, in milliseconds; 0 when it died before that. */
  openMs: number
}

let built: Promise<TestBuild> | undefined

/** The build, made once for a test file. */
export const testBuild = (): Promise<TestBuild> => {
  built ??= buildForTests()
  return built
}

/** Starts a hub; it dies at `failpoint` (`name` or `name:N`). */
export const spawnHub = async (settings: HubSettings, failpoint?: string): Promise<Running> => {
  const { hub } = await testBuild()
  return start([NODE, hub, JSON.stringify(settings)], {
    env: failpoint === undefined ? {} : { LOGBOOM_FAILPOINT: failpoint },
  })
}

const hasEnded = ({ child }: Running): boolean => child.exitCode !== null || child.signalCode !== null

/** Starts a hub and waits until it answers, or has died. */
export const startHub = async (settings: HubSettings, failpoint?: string): Promise<Hub> => {
  const process = await spawnHub(settings, failpoint)
  await waitFor('the hub', () => process.received.stdout > 0 || hasEnded(process), 30_000)
  const [line = ''] = process.stdout().toString().split('\n')
  const told = line === '' ? undefined : (JSON.parse(line) as { url: string; openMs: number })
  return { process, url: told?.url, openMs: told?.openMs ?? 0 }
}

/** The URL of a hub that answers. */
export const urlOf = (hub: Hub): string => {
  if (hub.url === undefined) throw new Error(`the hub died: ${hub.process.stderr().toString()}`)
  return hub.url
}

export const killHub = (hub: Hub): Promise<Ended> => {
  hub.process.kill('SIGKILL')
  return hub.process.ended()
}

/** Ends a hub as a system does, and sees that it ends well. */
export const stopHub = async (hub: Hub): Promise<void> => {
  hub.process.kill('SIGTERM')
  const { code, signal, stderr } = await hub.process.ended()
  if (code !== 0) throw new Error(`the hub ended with ${code ?? signal}: ${stderr.toString()}`)
}

/** Asks a hub; throws when it does not answer with JSON. */
export const ask = async <T>(hub: Hub, path: string): Promise<T> => {
  const { process } = hub
  if (hasEnded(process)) throw new Error(`the hub died: ${process.stderr().toString()}`)
  const response = await fetch(urlOf(hub) + path)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}
