import { expect, it } from 'vitest'
import { type Loaders, loadSdk, type Sdk } from './sdk.ts'

const missing = async (): Promise<Sdk> => {
  throw Object.assign(new Error("Cannot find package '@modelcontextprotocol/client' imported from x"), {
    code: 'ERR_MODULE_NOT_FOUND',
  })
}
const both = async (): Promise<Record<Sdk['line'], Sdk>> => ({
  v1: await loadSdk('v1'),
  v2: await loadSdk('v2'),
})

it('takes v2 where it is installed, else v1, unless a line is wanted', async () => {
  const { v1, v2 } = await both()
  expect([v1.line, v2.line]).toEqual(['v1', 'v2'])
  const loaders: Loaders = { v1: async () => v1, v2: async () => v2 }
  expect(await loadSdk(undefined, loaders)).toBe(v2)
  expect(await loadSdk('v1', loaders)).toBe(v1)
  expect(await loadSdk(undefined, { ...loaders, v2: missing })).toBe(v1)
  expect(await loadSdk('v1', { ...loaders, v1: missing })).toBe(v2)
})

it('names what to install when there is neither', async () => {
  await expect(loadSdk(undefined, { v1: missing, v2: missing })).rejects.toMatchObject({
    code: 'LB_SDK_MISSING',
    hint: 'npm i @modelcontextprotocol/client',
  })
})

it('does not take something broken within an SDK for its absence', async () => {
  const broken = async (): Promise<Sdk> => {
    throw Object.assign(new Error("Cannot find package 'zod' imported from x"), {
      code: 'ERR_MODULE_NOT_FOUND',
    })
  }
  await expect(loadSdk(undefined, { v1: missing, v2: broken })).rejects.toThrow('zod')
})
