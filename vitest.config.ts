import { defineConfig } from 'vitest/config'

const conditions = ['@logboom/source']
const resolve = { conditions }
const ssr = { resolve: { conditions, externalConditions: conditions } }

// unit: beside the code, runs the sources; test/docs reads the pages. behaviours: the SDK's matrix of cases, transports and SDK lines. e2e, chaos: black box,
// drive the built command line. ui: the page in a browser. soak: minutes of it, as many as SOAK_MINUTES says.
export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'test/docs/**/*.test.ts'],
          // A process and its imports for each of a hundred files cost more than most of their tests. So files share the
          // processes, one for each core, and every test undoes what it did to its own.
          isolate: false,
          maxWorkers: '100%',
          // A busy machine is no failure.
          testTimeout: 20_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'e2e',
          // One group after the other: black-box tests need the machine to themselves.
          sequence: { groupOrder: 1 },
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // The processes under test do the work, and mostly wait: one file more than there are cores to spare.
          maxWorkers: 2,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'behaviours',
          include: ['test/behaviours/**/*.test.ts'],
          testTimeout: 60_000,
          // One cell is mostly waiting for the other side.
          maxConcurrency: 8,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'chaos',
          sequence: { groupOrder: 2 },
          include: ['test/chaos/**/*.test.ts'],
          testTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'soak',
          sequence: { groupOrder: 3 },
          include: ['test/soak/**/*.test.ts'],
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'sinks',
          sequence: { groupOrder: 4 },
          include: ['test/sinks/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'ui',
          sequence: { groupOrder: 5 },
          include: ['test/ui/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // A browser each.
          maxWorkers: 2,
        },
      },
    ],
  },
})
