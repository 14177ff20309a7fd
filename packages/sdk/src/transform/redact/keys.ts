/**
 * Key rules: which names hold secrets, whatever their value.
 *
 * A name is split into words (`API_KEY`, `x-api-key`, `apiKey` and `api.key` are all `api key`) and compared as whole
 * words, lower case: the whole name, or the words it ends in (`DB_PASSWORD`, `githubToken`). A part of a word never
 * matches (`tokenizer`, `secretary`), nor does a name that only starts with one (`tokenCount`, `password_length`);
 * a few long words also match glued to what comes before (`dbpassword`). Exceptions are names that end in a secret's
 * word and are none, `progressToken` first of all.
 */

/** How far an unquoted value reaches in text: one word, to the end of its line, or an HTTP credential. */
export type Span = 'word' | 'line' | 'header'

export interface KeyRule {
  /** As shown in the mask. */
  name: string
  span: Span
  /** False where a number under this name is a count, not a secret. */
  numbers: boolean
  /** Also an everyday word: only a string, and in text only where it is plainly a field (`pass=…`, `"pass": …`). */
  weak: boolean
}

export interface KeyDefinition extends KeyRule {
  description: string
  /** The words a name ends in, joined. */
  endings: readonly string[]
  /** The whole name, joined. */
  whole?: readonly string[]
  /** Long enough to match without a word boundary before. */
  glued?: readonly string[]
}

const define = (
  name: string,
  description: string,
  endings: string,
  more: Partial<Pick<KeyDefinition, 'span' | 'numbers' | 'weak' | 'whole' | 'glued'>> = {},
): KeyDefinition => ({
  name,
  description,
  endings: endings.split(' '),
  span: 'word',
  numbers: true,
  weak: false,
  ...more,
})

export const KEY_RULES: readonly KeyDefinition[] = [
  define('password', 'passwords', 'password passwd pwd passcode passwort', {
    whole: ['passwordhash', 'passwords'],
    glued: ['password', 'passwd'],
  }),
  define('password', 'passwords by their short name', 'pass', { weak: true, numbers: false }),
  define(
    'passphrase',
    'phrases that open keys and wallets',
    'passphrase mnemonic seedphrase recoveryphrase',
    {
      span: 'line',
      glued: ['passphrase'],
    },
  ),
  define(
    'api-key',
    'API keys',
    'apikey xapikey appkey consumerkey subscriptionkey servicerolekey authkey licensekey ' +
      'secretkey accesskey accountkey storagekey sharedkey masterkey',
    { whole: ['apikeys'], glued: ['apikey', 'secretkey', 'accesskey'] },
  ),
  define(
    'private-key',
    'keys that sign or decrypt',
    'privatekey signingkey encryptionkey sshkey sessionkey hmackey',
    { glued: ['privatekey'] },
  ),
  define('secret', 'secrets of clients, webhooks and the like', 'secret', {
    glued: ['clientsecret', 'apisecret'],
  }),
  define('secret', 'several secrets', 'secrets', { numbers: false }),
  define('token', 'tokens that grant access', 'token jwt', {
    whole: ['bearer', 'clientassertion', 'samlresponse'],
    glued: ['accesstoken', 'authtoken', 'refreshtoken', 'bearertoken', 'sessiontoken', 'apitoken'],
  }),
  define('token', 'several tokens', 'accesstokens refreshtokens apitokens authtokens', { numbers: false }),
  define('otp', 'one-time codes', 'otp totp otpcode mfacode'),
  define('authorization', 'HTTP credentials', 'authorization', { span: 'header' }),
  define('authorization', 'credentials of a client', 'auth', { weak: true, numbers: false }),
  define('cookie', 'cookies', 'cookie setcookie', { span: 'line' }),
  define('cookie', 'several cookies', 'cookies', { numbers: false }),
  define('credentials', 'credentials of any kind', 'credential credentials', { numbers: false }),
  define('connection-string', 'connection strings', 'connectionstring connstr', {
    span: 'line',
    glued: ['connectionstring'],
  }),
  define('signature', 'signatures that grant access', 'sharedaccesssignature'),
  define('session', 'session ids of protocols and web servers', 'mcpsessionid', {
    whole: ['phpsessid', 'jsessionid', 'connectsid', 'aspnetsessionid'],
  }),
]

/** In the query of a URL these grant access too: signed links, OAuth codes, the message endpoint of old MCP servers. */
export const QUERY_RULE: KeyRule = { name: 'query', span: 'word', numbers: true, weak: false }
const QUERY_NAMES = new Set(
  'key sig signature xamzsignature xgoogsignature code auth pass sessionid sid'.split(' '),
)

/** Names, or the last two words of names, that end like a secret's and are none. */
const EXCEPTIONS = new Set(
  (
    'progresstoken pagetoken nexttoken pagingtoken paginationtoken continuationtoken continuetoken cursortoken ' +
    'synctoken resumetoken starttoken endtoken stoptoken eostoken bostoken padtoken masktoken septoken clstoken ' +
    'unktoken specialtoken firsttoken lasttoken pertoken cancellationtoken canceltoken idempotencytoken ' +
    'changetoken unexpectedtoken'
  ).split(' '),
)

const MAX_NAME = 128
const MAX_CACHED = 4096

/** A name as its words, lower case. */
export const words = (name: string): string[] =>
  name
    .slice(-MAX_NAME)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]/u)
    .filter((word) => word !== '')

const ENDINGS = new Map<string, KeyRule>()
const WHOLE = new Map<string, KeyRule>()
const GLUED: (readonly [string, KeyRule])[] = []
for (const rule of KEY_RULES) {
  for (const ending of rule.endings) ENDINGS.set(ending, rule)
  for (const name of rule.whole ?? []) WHOLE.set(name, rule)
  for (const name of rule.glued ?? []) GLUED.push([name, rule])
}
const MAX_ENDING_WORDS = 3

/** True for names that end like a secret's and are none, such as `progressToken`. */
export const isException = (name: string): boolean => {
  const parts = words(name)
  return EXCEPTIONS.has(parts.join('')) || EXCEPTIONS.has(parts.slice(-2).join(''))
}

const find = (name: string, extra: ReadonlySet<string>): KeyRule | undefined => {
  const parts = words(name)
  const joined = parts.join('')
  if (extra.has(joined)) return CUSTOM
  const whole = WHOLE.get(joined)
  if (whole !== undefined) return whole
  if (EXCEPTIONS.has(joined) || EXCEPTIONS.has(parts.slice(-2).join(''))) return undefined
  for (let count = Math.min(MAX_ENDING_WORDS, parts.length); count > 0; count--) {
    const rule = ENDINGS.get(parts.slice(-count).join(''))
    if (rule !== undefined) return rule
  }
  return GLUED.find(([ending]) => joined.endsWith(ending))?.[1]
}

const CUSTOM: KeyRule = { name: 'custom', span: 'word', numbers: true, weak: false }

export interface Keys {
  /** The rule for a name, if it has one. */
  rule(name: string): KeyRule | undefined
  /** The rule for a name in the query of a URL. */
  query(name: string): KeyRule | undefined
  /** True when names were added: then every assignment in a text has to be looked at. */
  custom: boolean
  /** Names that were looked through as texts and hold no secret themselves; names repeat. Bounded. */
  clean: { has(name: string): boolean; add(name: string): void }
}

/**
 * The names of the pack and those added. Nothing can be taken away from the pack.
 * @param added whole names, in any spelling: `customerNumber` also means `customer_number`
 */
export const createKeys = (added: readonly string[] = []): Keys => {
  const extra = new Set(added.map((name) => words(name).join('')).filter((name) => name !== ''))
  // Names repeat: what one means is worked out once. Bounded, as names come from outside.
  let cache = new Map<string, KeyRule | undefined>()
  const rule = (name: string): KeyRule | undefined => {
    const known = cache.get(name)
    if (known !== undefined || cache.has(name)) return known
    const found = find(name, extra)
    if (name.length <= MAX_NAME) {
      if (cache.size >= MAX_CACHED) cache = new Map()
      cache.set(name, found)
    }
    return found
  }
  const query = (name: string): KeyRule | undefined =>
    rule(name) ?? (QUERY_NAMES.has(words(name).join('')) ? QUERY_RULE : undefined)
  let clean = new Set<string>()
  const add = (name: string): void => {
    if (name.length > MAX_NAME) return
    if (clean.size >= MAX_CACHED) clean = new Set()
    clean.add(name)
  }
  return { rule, query, custom: extra.size > 0, clean: { has: (name) => clean.has(name), add } }
}
