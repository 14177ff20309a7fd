// The flow of design is the order of the layers: a layer may import the ones before it, never the ones after it.
// ARCHITECTURE.md draws the same order; this file is what holds it.
const sdk = (dir) => `^packages/sdk/src/${dir}/`
const app = (dir) => `^packages/logboom/src/${dir}/`

/** `from` may import only itself and `to` (paths), besides npm packages and Node. */
const only = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^packages/', pathNot: [from, ...to] },
})

const errors = sdk('errors')
const record = sdk('record')
const query = sdk('query')
const observe = sdk('observe')
const transform = sdk('transform')
const journal = sdk('journal')
const testing = sdk('testing')
const platform = app('platform')
/** Of the page. */
const FOUNDATIONS = ['api', 'ask', 'keys', 'location', 'look', 'parts', 'settings', 'text']

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: { pathNot: '^apps/ui/' }, to: { circular: true } },
    {
      name: 'no-cycles-in-the-page',
      comment: 'but for types: the words of one language are the type of every other',
      severity: 'error',
      from: { path: '^apps/ui/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'sdk-has-no-runtime-dependencies',
      severity: 'error',
      comment:
        'the MCP SDKs, fastmcp, OpenTelemetry, prom-client and nodemailer are optional peers: their types, and imports at run time',
      from: { path: '^packages/sdk/src', pathNot: '(\\.test|/testing)\\.ts$' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-no-pkg', 'npm-unknown'],
        pathNot: '@modelcontextprotocol/|fastmcp|@opentelemetry/api|prom-client|nodemailer|@logtape/',
      },
    },
    {
      name: 'browser-safe',
      comment: 'record and query also run in the browser',
      severity: 'error',
      from: { path: `${record}|${query}`, pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-platform-knows-the-operating-system',
      severity: 'error',
      // What only tests use makes temporary directories.
      from: {
        path: '^packages/logboom/src',
        pathNot: `${platform}|\\.test\\.ts$|/testing\\.ts$|/testing-hub\\.ts$`,
      },
      to: { dependencyTypes: ['core'], path: '^(node:)?(os|child_process)$' },
    },
    only('errors', errors, []),
    only('record', record, [errors]),
    only('query', query, [errors, record]),
    only('observe', observe, [errors, record]),
    only('transform', transform, [errors, record, query, observe, testing]),
    only('metrics-of-the-sdk', sdk('metrics'), [
      errors,
      record,
      query,
      observe,
      transform,
      sdk('sink'),
      testing,
    ]),
    only('journal', journal, [errors, record, query, observe, transform]),
    only('sink', sdk('sink'), [errors, record, query, observe, transform, journal, testing]),
    only('server', sdk('server'), [errors, record, query, observe, transform, journal, sdk('sink'), testing]),
    only('client', sdk('client'), [errors, record, query, observe, transform, journal, sdk('sink'), testing]),
    // Its tests bring servers and clients together.
    only('testing', `${testing}(?!.*\\.test\\.ts$)`, [
      errors,
      record,
      query,
      observe,
      transform,
      journal,
      sdk('sink'),
      testing,
    ]),
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: { path: '^packages/', pathNot: `\\.test\\.ts$|${testing}` },
      to: { path: testing },
    },
    only('platform', platform, [errors, record]),
    only('capture', app('capture'), [platform, '^packages/sdk/src/']),
    only('store', app('store'), [platform, '^packages/sdk/src/']),
    only('ingest', app('ingest'), [platform, app('store'), '^packages/sdk/src/']),
    only('metrics', app('metrics'), [platform, app('store'), app('ingest'), '^packages/sdk/src/']),
    only('blame', app('blame'), [app('store'), '^packages/sdk/src/']),
    only('api', app('api'), [
      platform,
      app('store'),
      app('ingest'),
      app('metrics'),
      app('blame'),
      '^packages/sdk/src/',
    ]),
    only('page', `${app('page')}(?!.*\\.test\\.ts$)`, [errors]),
    {
      name: 'page-foundations',
      comment: 'what every feature of the page stands on imports no feature',
      severity: 'error',
      from: { path: `^apps/ui/src/(?:${FOUNDATIONS.join('|')})/` },
      to: { path: `^apps/ui/src/(?!(?:${FOUNDATIONS.join('|')}|store)\\b)` },
    },
    {
      name: 'page-features-below-the-app',
      severity: 'error',
      from: { path: '^apps/ui/src/[^/]+/' },
      to: { path: '^apps/ui/src/(?:app|main|views)\\.tsx$' },
    },
    {
      name: 'page-in-the-browser',
      comment: 'of the SDK it has what runs in a browser; of the hub, nothing but its answers',
      severity: 'error',
      from: { path: '^apps/ui/src/' },
      to: { path: '^packages/', pathNot: [errors, record, query] },
    },
    {
      name: 'tests-are-leaves',
      severity: 'error',
      from: { pathNot: '\\.test\\.ts$|^test/|^bench/' },
      to: { path: '\\.test\\.ts$|^test/|^bench/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    // The interop suite has packages of its own, which are not there until it runs.
    exclude: { path: '(^|/)(node_modules|dist)/|^test/interop/' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@logboom/source', 'import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mts', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
}
