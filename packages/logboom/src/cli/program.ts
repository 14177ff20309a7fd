/**
 * The commands and their options. Only declarations: what a command does is in `commands/`, loaded when it runs.
 */
import { LogboomError } from '@logboom/sdk/errors'
import { Command, CommanderError } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import type { PruneOptions } from './commands/prune.ts'
import type { UpOptions } from './commands/up.ts'
import type { Context } from './context.ts'
import { FORMATS } from './export/format.ts'
import {
  type CommonOptions,
  collect,
  commaSeparated,
  HOME_OPTION,
  oneOf,
  withColorOption,
  withFilterOptions,
  withHighlight,
  withLimit,
  withPagerOption,
  withTimeOptions,
} from './options.ts'
import { portNumber } from './port.ts'

const MARKS = `
Marks before a record tell how surely it belongs to a call:
  ┌ └   the call's own start and outcome
  │     exact: it came with the call, or names it
  ~     inferred: it was the only call that could be meant
  ?2    ambiguous: one of two calls, and nobody knows which`

const QUERIES = `
Queries (quote them: the shell reads > * ! ( | itself):
  timeout                              message contains it, any case
  'level:>=warning server:fs*'         both
  '-tool:ping'                         not
  'status:error duration:>1s'          bad calls that took longer
  '@user.id:42'                        an attribute
  'source:stderr /ECONN(REFUSED|RESET)/'`

const examples = (...lines: string[]): string =>
  `\n\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`

/** Lets a query begin with `-` (`-tool:ping`), which would be read as options: no option has `:`, quotes or spaces. */
const HIDDEN = ' '
const hideQueries = (argv: readonly string[]): string[] => {
  const end = argv.indexOf('--')
  return argv.map((arg, index) =>
    (end === -1 || index < end) && /^-[^-].*[:"()\s]/s.test(arg) ? HIDDEN + arg : arg,
  )
}
const shownQuery = (word: string): string =>
  word.startsWith(`${HIDDEN}-`) ? word.slice(HIDDEN.length) : word

const declare = (context: Context): Command => {
  const program = new Command('logboom')
    .description("Every MCP server's logs in one place, tied to the call that caused them.")
    .version(packageJson.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.out.write(text),
      // Errors are printed by whoever catches them, in one form for all.
      writeErr: () => {},
      getOutHelpWidth: () => context.out.columns() ?? 100,
    })
    .addHelpText(
      'after',
      `${examples(
        'logboom demo                                        see it work, nothing to set up',
        'logboom tap --server fs -- npx -y @modelcontextprotocol/server-filesystem .',
        "logboom tail -f 'level:>=warning'",
        'logboom calls --tool read_file --since 15m',
      )}\n\nExit codes: 0 ok, 1 failure, 2 usage, 4 unreachable, 5 a check failed, 130 interrupted; tap ends as its server did.`,
    )

  // Declared for help; `main` runs it without loading this file.
  program
    .command('tap')
    .usage('[--server NAME] [--home DIR] -- CMD ARGS…')
    .description('run a stdio MCP server and record what it says; put this in your mcp.json')
    .option('--server <name>', 'name of the server in all records (default: from the command)')
    .option(...HOME_OPTION)
    .addHelpText(
      'after',
      `\nThe server's traffic passes unchanged. The tap ends as the server ended: same code, same signal; 127 if the\ncommand was not found, 126 if it cannot be executed.\n${examples(
        'logboom tap --server memory -- npx -y @modelcontextprotocol/server-memory',
        'logboom tap -- uv run weather.py --verbose',
      )}`,
    )

  program
    .command('up')
    .description('run the hub: store what is captured, and show it on a page')
    .option(...HOME_OPTION)
    .option('--port <number>', 'where to listen (default: 7400; 0 takes any free port)', portNumber)
    .option('--host <address>', 'at which address (default: 127.0.0.1); any other needs $LOGBOOM_TOKEN')
    .option('--max-size <size>', 'keep the store within this, oldest records first (default: 2gib)')
    .option('--max-age <span>', 'drop records older than this (default: 30d)')
    .option('--open', 'open the page in a browser')
    .addHelpText(
      'after',
      `\nRuns until Ctrl-C or SIGTERM. Everything also works without it; with it answers are quick and always fresh.\n${examples(
        'logboom up',
        "curl 'http://127.0.0.1:7400/api/v1/records?q=level:error&limit=10'",
      )}`,
    )
    .action(async (options: UpOptions) => (await import('./commands/up.ts')).run(options, context))

  withColorOption(
    program
      .command('demo')
      .description('run a four-server AI app and watch its logs; nothing to set up')
      .option('--once', 'end after the summary instead of following')
      .option('--open', 'open the page in a browser'),
  )
    .addHelpText(
      'after',
      `\nKeeps its records in .demo/ of the working directory.\n${examples('logboom demo --once')}`,
    )
    .action(async (options: { once?: boolean; open?: boolean; color?: string | boolean }) =>
      (await import('./commands/demo.ts')).run(options, context),
    )

  const reading = (name: string, text: string, json: string): Command =>
    withColorOption(
      withTimeOptions(withFilterOptions(program.command(name).description(text)).option('--json', json)),
    )

  withHighlight(
    withLimit(
      reading('tail', 'print the last records, and with -f what comes', 'records as NDJSON'),
      'the last so many (default: 20)',
    ),
  )
    .argument('[query...]', 'which records')
    .option('-f, --follow', 'go on printing records as they come')
    .addHelpText(
      'after',
      `${examples(
        'logboom tail -f',
        'logboom tail -f --highlight timeout --highlight ECONNREFUSED',
        "logboom tail -n 100 'server:github level:>=warning'",
      )}\n${QUERIES}\n${MARKS}`,
    )
    .action(async (words: string[], options: CommonOptions & { follow?: boolean }) =>
      (await import('./commands/tail.ts')).run(words.map(shownQuery), options, context),
    )

  withPagerOption(
    withHighlight(
      withLimit(
        reading('query', 'print every record that matches, oldest first', 'records, or rows, as NDJSON'),
        'only the last so many; with --sql the first rows (default: 10000)',
      ),
    ),
  )
    .argument('[query...]', 'which records')
    .option('--explain', 'say what serves the query instead of answering it')
    .option('--sql <statement>', 'run one read-only SQL statement over the view records instead of a query')
    .option('--timeout <span>', 'how long --sql may take (default: 30s)')
    .addHelpText(
      'after',
      `${examples(
        "logboom query 'source:call status:error' --since 1h --json | jq .message",
        "logboom query 'ECONNREFUSED' --server database",
        "logboom query 'ECONNREFUSED level:>=error' --explain",
        "logboom query 'level:>=error' --file 'logs/*.ndjson.gz'",
        "logboom query --sql 'SELECT server, count(*) AS records FROM records GROUP BY server'",
      )}\n${QUERIES}\n${MARKS}`,
    )
    .action(async (words: string[], options: CommonOptions) =>
      (await import('./commands/query.ts')).run(words.map(shownQuery), options, context),
    )

  withPagerOption(
    withHighlight(
      withLimit(
        reading('calls', 'print calls, each with what was logged for it', 'calls as NDJSON'),
        'only the last so many',
      ),
    ),
  )
    .argument('[query...]', 'calls of which any record matches')
    .addHelpText(
      'after',
      `${examples("logboom calls 'status:error'", 'logboom calls --tool search -n 5')}\n${MARKS}`,
    )
    .action(async (words: string[], options: CommonOptions) =>
      (await import('./commands/calls.ts')).run(words.map(shownQuery), options, context),
    )

  withPagerOption(reading('stats', 'count records by server and level, calls by tool', 'one JSON object'))
    .argument('[query...]', 'of which records')
    .addHelpText('after', examples('logboom stats', 'logboom stats --since 1h --json'))
    .action(async (words: string[], options: CommonOptions) =>
      (await import('./commands/stats.ts')).run(words.map(shownQuery), options, context),
    )

  withLimit(
    withFilterOptions(
      program
        .command('export')
        .description('write every record that matches, oldest first, for other programs'),
    ),
    'only the last so many',
  )
    .argument('[query...]', 'which records (default: all)')
    .option('--format <format>', 'ndjson, csv or otlp (default: ndjson)', oneOf('--format', FORMATS))
    .option('-o, --output <file>', 'to this file, whole or not at all; FILE.gz is compressed')
    .option('--force', 'replace the file if it exists')
    .option(
      '--columns <list>',
      'of CSV: fields, @paths of attributes, attributes; with commas between',
      commaSeparated,
    )
    .option('--no-guard', 'of CSV: no apostrophe before cells that a spreadsheet would run as formulas')
    .option('--utc', 'read times in UTC instead of local time')
    .addHelpText(
      'after',
      `\nOTLP is one ExportLogsServiceRequest in JSON on each line, as OpenTelemetry collectors read it from files.\n${examples(
        'logboom export -o logs.ndjson.gz',
        "logboom export 'level:>=warning' --since 7d --format csv -o week.csv",
        "logboom export 'source:call' --format csv --columns time,tool,status,duration,@arguments.path",
        'logboom export --format otlp --since 1h > logs.otlp.jsonl',
      )}\n${QUERIES}`,
    )
    .action(async (words: string[], options: CommonOptions) =>
      (await import('./commands/export.ts')).run(words.map(shownQuery), options, context),
    )

  program
    .command('prune')
    .description('drop old records now')
    .option(...HOME_OPTION)
    .option('--older-than <span>', 'files of which every record is older than this: 12h, 7d, 4w')
    .option('--max-size <size>', 'the oldest files, until the store is within this: 500mb, 1gib')
    .option('--server <name>', 'with --older-than: only the records of this server; repeatable', collect)
    .option('--dry-run', 'tell what would go, and drop nothing')
    .option('--yes', 'drop it; needed on a terminal')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `\nThe store keeps itself within 2 GiB and 30 days. Whole files go, so a little more than asked for may stay.\n${examples(
        'logboom prune --older-than 7d --dry-run',
        'logboom prune --max-size 500mb --yes',
        'logboom prune --server chatty --older-than 1d --yes',
      )}`,
    )
    .action(async (options: PruneOptions) => (await import('./commands/prune.ts')).run(options, context))

  return program
}

/** Commander's error in our form: what it says, and what it or we suggest. */
const usageError = (error: CommanderError, argv: readonly string[]): LogboomError => {
  const [first = '', ...more] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = /\(Did you mean (.*)\?\)/.exec(more.join(' '))?.[1]
  const command = argv.find((arg) => !arg.startsWith('-'))
  const help = command === undefined ? 'logboom --help' : `logboom ${command} --help`
  const hint =
    suggestion !== undefined
      ? `Did you mean ${suggestion}?`
      : error.code === 'commander.unknownCommand'
        ? "'logboom --help' lists the commands."
        : error.code === 'commander.unknownOption'
          ? `'${help}' lists the options; a query that begins with - goes after --.`
          : `See '${help}'.`
  return new LogboomError('LB_USAGE', first, { hint })
}

const HELPED = new Set(['commander.helpDisplayed', 'commander.help', 'commander.version'])

/**
 * Runs one command line (without node and the script's path).
 * @throws LogboomError, or whatever a command throws
 */
export const runProgram = async (argv: readonly string[], context: Context): Promise<void> => {
  const program = declare(context)
  if (argv.length === 0) return program.outputHelp()
  try {
    await program.parseAsync(hideQueries(argv), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (!HELPED.has(error.code)) throw usageError(error, argv)
  }
}
