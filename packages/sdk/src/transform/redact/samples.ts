/**
 * Made-up secrets for tests, at least one for each rule, and texts that look like secrets and are none. Put together
 * at run time, so that no scanner takes this file for a leak. Not published.
 */

export interface Sample {
  rule: string
  text: string
  /** The part that must not survive, not even eight characters of it. */
  secret: string
  /** True when the text is only a secret to a person: its rule needs the name before it. */
  named?: boolean
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LETTERS.toUpperCase()
const DIGITS = '0123456789'
const ALNUM = LETTERS + UPPER + DIGITS
const HEX = `${DIGITS}abcdef`

/** Characters that look random and are the same each time. */
export const noise = (length: number, seed: number, alphabet = ALNUM): string => {
  let state = (seed * 2654435761) >>> 0
  let text = ''
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    text += alphabet[(state >>> 8) % alphabet.length]
  }
  return text
}

const base64url = (text: string): string =>
  btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

let seed = 1
const random = (length: number, alphabet = ALNUM): string => noise(length, seed++, alphabet)

/** A token made of its prefix and something random. */
const token = (
  rule: string,
  prefix: readonly string[],
  length: number,
  alphabet = ALNUM,
  tail = '',
): Sample => {
  const secret = random(length, alphabet) + tail
  return { rule, text: prefix.join('') + secret, secret }
}

const named = (rule: string, before: string, secret: string, after = ''): Sample => ({
  rule,
  text: before + secret + after,
  secret,
  named: true,
})

export const jwt = (length: number): Sample => {
  const body = `${base64url(`{"sub":"${random(12)}"}`)}.${random(length)}`
  return { rule: 'jwt', text: `${base64url('{"alg":"HS256","typ":"JWT"}')}.${body}`, secret: body }
}

export const pem = (kind: string, lines: number): Sample => {
  const body = Array.from({ length: lines }, () => random(64, `${ALNUM}+/`)).join('\n')
  const edge = (word: string): string => `${'-'.repeat(5)}${word} ${kind}PRIVATE${' KEY'}${'-'.repeat(5)}`
  return { rule: 'pem-private-key', text: `${edge('BEGIN')}\n${body}\n${edge('END')}`, secret: body }
}

const basic = (): Sample => {
  const secret = btoa(`admin:${random(20)}`)
  return { rule: 'basic', text: `Basic ${secret}`, secret }
}

export const SHAPE_SAMPLES: readonly Sample[] = [
  { ...token('bearer', ['Bearer '], 32), named: true },
  { ...basic(), named: true },
  jwt(43),
  token('anthropic-key', ['sk-', 'ant-', 'api03-'], 93),
  token('openai-key', ['sk-', 'proj-'], 60),
  token('openai-key', ['sk-', 'svcacct-'], 60),
  token('sk-key', ['sk', '-'], 48),
  token('sk-key', ['sk-', 'or-v1-'], 64, HEX),
  ...['ghp', 'gho', 'ghu', 'ghs', 'ghr'].map((kind) => token('github-token', [kind, '_'], 36)),
  token('github-token', ['github', '_pat_'], 82),
  token('gitlab-token', ['glpat', '-'], 20),
  token('slack-token', ['xo', 'xb-', '123456789012-', '1234567890123-'], 24),
  token('slack-token', ['xa', 'pp-', '1-A0123456789-'], 40),
  token(
    'slack-webhook',
    ['https://hooks.', 'slack.com/services/'],
    9,
    UPPER,
    `/${random(9, UPPER)}/${random(24)}`,
  ),
  token('discord-webhook', ['https://discord.com/api/', 'webhooks/123456789012345678/'], 68),
  token('aws-key', ['AK', 'IA'], 16, `${UPPER}234567`),
  token('aws-key', ['AS', 'IA'], 16, `${UPPER}234567`),
  token('google-key', ['AI', 'za'], 35),
  token('google-token', ['ya', '29.'], 80),
  token('google-token', ['GOC', 'SPX-'], 28),
  token('stripe-key', ['sk', '_live_'], 24),
  token('stripe-key', ['rk', '_live_'], 24),
  token('stripe-key', ['wh', 'sec_'], 32),
  token('npm-token', ['npm', '_'], 36),
  token('pypi-token', ['py', 'pi-'], 120),
  token('rubygems-key', ['ruby', 'gems_'], 48, HEX),
  token('docker-token', ['dckr', '_pat_'], 27),
  token('sendgrid-key', ['S', 'G.'], 22, ALNUM, `.${random(43)}`),
  token('twilio-key', ['S', 'K'], 32, HEX),
  token('mailgun-key', ['ke', 'y-'], 32, HEX),
  token('huggingface-token', ['h', 'f_'], 34, LETTERS + UPPER),
  token('digitalocean-token', ['dop', '_v1_'], 64, HEX),
  token('telegram-token', ['123456789', ':A', 'A'], 33),
  token('databricks-token', ['da', 'pi'], 32, HEX),
  token('vault-token', ['hv', 's.'], 90),
  token('terraform-token', [noise(14, 7), '.atlas', 'v1.'], 60),
  token('pulumi-token', ['pu', 'l-'], 40, HEX),
  token('onepassword-token', ['ops', '_eyJ'], 200),
  token('doppler-token', ['dp', '.pt.'], 43),
  token('linear-key', ['lin', '_api_'], 40),
  token('notion-token', ['nt', 'n_'], 46),
  token('notion-token', ['sec', 'ret_'], 43),
  token('postman-key', ['PM', 'AK-'], 24, HEX, `-${random(34, HEX)}`),
  token('shopify-token', ['shp', 'at_'], 32, HEX),
  token('square-token', ['sq0', 'atp-'], 22),
  token('age-key', ['AGE-', 'SECRET-', 'KEY-1'], 58, UPPER + DIGITS),
  token('cloudflare-key', ['v1.', '0-'], 24, HEX, `-${random(146, HEX)}`),
  token('azure-secret', ['abc', '8', 'Q~'], 34),
  token('newrelic-key', ['NR', 'AK-'], 27, UPPER + DIGITS),
  token('grafana-token', ['gl', 'sa_'], 32, ALNUM, `_${random(8, HEX)}`),
  token('sentry-token', ['sn', 'trys_'], 60),
  token('supabase-key', ['sb', 'p_'], 40, HEX),
  token('planetscale-token', ['psc', 'ale_tkn_'], 43),
  token('airtable-token', ['pa', 't'], 14, ALNUM, `.${random(64, HEX)}`),
  token('atlassian-token', ['ATA', 'TT3'], 180),
  token('figma-token', ['fi', 'gd_'], 40),
  token('langsmith-key', ['lsv', '2_pt_'], 32, HEX, `_${random(10, HEX)}`),
  token('groq-key', ['gs', 'k_'], 52),
  token('xai-key', ['xa', 'i-'], 80),
  token('perplexity-key', ['pp', 'lx-'], 48),
  token('replicate-token', ['r', '8_'], 37),
  token('tavily-key', ['tv', 'ly-'], 32),
  token('firebase-key', ['AAAA', ':APA', '91'], 134),
  token('discord-token', ['MTI', 'z'], 20, ALNUM, `.${random(6)}.${random(38)}`),
  pem('', 12),
  pem('RSA ', 4),
  pem('OPENSSH ', 6),
]

export const NAMED_SAMPLES: readonly Sample[] = [
  named('password', 'password=', random(12)),
  named('password', 'DB_PASSWORD: "', random(12), '"'),
  named('password', "passwd='", `${random(6)} ${random(6)}`, "'"),
  named('password', '<password>', random(12), '</password>'),
  named('password', 'Server=db;User Id=sa;Password=', random(14), ';Encrypt=true'),
  named('password', 'smtp user=bob pass=', random(12)),
  named('password', 'curl -u bob:', random(12)),
  named('password', "{'user': 'bob', 'password': '", random(12), "'}"),
  named('passphrase', 'passphrase: ', `${random(8)} ${random(8)} ${random(8)}`),
  named('api-key', 'API_KEY=', random(20)),
  named('api-key', '{"x-api-key": "', random(20), '"}'),
  named('api-key', '{\\"apiKey\\":\\"', random(20), '\\"}'),
  named('api-key', '--api-key=', random(20)),
  named('api-key', 'run --api-key ', random(20), ' --verbose'),
  named('api-key', 'API key: ', random(20)),
  named('api-key', 'aws_secret_access_key = ', random(40, `${ALNUM}+/`)),
  named('api-key', 'DefaultEndpointsProtocol=https;AccountKey=', `${random(86, `${ALNUM}+/`)}==`),
  named('private-key', 'PRIVATE_KEY=', random(40)),
  named('secret', 'client_secret=', random(24)),
  named('secret', 'clientSecret: Some("', random(24), '")'),
  named('token', "args: ['--token', '", random(24), "']"),
  named('token', 'GITHUB_TOKEN=', random(24)),
  named('token', 'https://example.com/cb?access_token=', random(24), '&state=1'),
  named('token', 'next=https%3A%2F%2Fexample.com%3Ftoken%3D', random(24), '%26a%3D1'),
  named('otp', 'otp=', random(8, DIGITS)),
  named('bearer', 'Authorization: Bearer ', random(24)),
  named('authorization', 'curl -H "Authorization: Token ', random(24), '" https://example.com'),
  named('authorization', 'Proxy-Authorization: Digest username="bob", response="', random(32, HEX), '"'),
  named('authorization', '{"auth":"', random(20), '"}'),
  named('cookie', 'Cookie: theme=dark; sid=', random(24), '; lang=en'),
  named('cookie', 'set-cookie: sid=', random(24), '; HttpOnly'),
  named('credentials', '{"credentials":{"user":"bob","k":"', random(24), '"}}'),
  named('connection-string', 'connectionString=Endpoint=sb://bus;Key=', random(24)),
  named('signature', 'SharedAccessSignature=', random(30)),
  named('session', 'mcp-session-id: ', random(32, HEX)),
  named('query', 'https://store.example.com/f.png?sv=2024&sig=', random(40), '&se=1'),
  named('query', 'POST /messages?sessionId=', random(32, HEX)),
  named('url-password', 'postgres://admin:', random(16), '@db:5432/app'),
  named('url-password', 'postgres://admin:', `${random(8)}/${random(8)}`, '@db:5432/app'),
  named('url-password', 'redis://:', random(16), '@cache:6379/0'),
  named('url-password', 'https://', random(24), '@git.example.com/a.git'),
]

/** One at least for every rule of the pack. */
export const SAMPLES: readonly Sample[] = [...SHAPE_SAMPLES, ...NAMED_SAMPLES]

/** Texts in which nothing may be masked. */
export const NEAR_MISSES: readonly string[] = [
  'the token was invalid, get a new password',
  'Unexpected token: } in JSON at position 0',
  'SyntaxError: Unexpected token \'<\', "<html>" is not valid JSON',
  'progressToken: 42',
  '{"progressToken":"abc-123","nextPageToken":"eyJpZCI6MTIzLCJwYWdlIjoyfQ=="}',
  'cursor=eyJpZCI6MTIzLCJwYWdlIjoyfQ==',
  'max_tokens=4096 prompt_tokens: 812 tokenCount=5',
  'tokenizer=cl100k_base passwordless=yes secretary=Ann',
  'commit 3f786850e387550fdab836ed7e6dc881de23001b',
  'run 01934f5e-7c1a-7b2e-9d3f-1a2b3c4d5e6f started',
  'task-management-of-2024-projects and a risk-assessment-for-2025-budgets',
  'sk-learn-pipeline-version-2 sk-',
  'bearer authentication is required, basic authentication is not supported',
  'Authorization: none',
  'password: null, token=undefined, secret: ""',
  ['password=**** api_key=$', 'OPENAI_API_KEY}'].join('{'),
  'http://localhost:3000/health?page=2',
  'listening on http://127.0.0.1:7400 and [::1]:80',
  'mail bob@example.com, see https://example.com/@bob and file:///a/b.js:3:14',
  'git@github.com:owner/repository.git',
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'std::token::parse failed at auth::login',
  'docker run -u 1000:1000 image',
  'pass: 12, fail: 0',
  'keyboard monkey key: value',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'AKIA and eyJ alone mean nothing, nor does ghp_short',
  'Traceback (most recent call last):\n  File "/app/token.py", line 3, in <module>',
  '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ\n-----END CERTIFICATE-----',
  '分析完成：共处理 1024 行，用时 2.3 秒',
  'if (token == null) return',
]
