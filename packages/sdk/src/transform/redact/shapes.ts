/**
 * Shapes: secrets that are known by what they look like, wherever they stand in a text.
 *
 * Each rule matches the start of a secret: a literal, and as many characters as make it surely one. The regular
 * expression is bounded and cannot backtrack far; how long the secret really is, is found by a linear walk over its
 * alphabet, so that a token of any length is masked to its end. `npm run regexes` proves the bounds.
 */
import { type Alphabet, isDigit, isLetter, tokenEnd } from './chars.ts'

export interface ShapeRule {
  /** As shown in the mask. */
  name: string
  description: string
  /** Texts it starts with; `trigger` is the three characters of them that are looked for, the first three by default. */
  starts: readonly { text: string; trigger: string }[]
  /** Sticky; matches from a start on. */
  regex: RegExp
  /** What the rest of it is written in. */
  alphabet: Alphabet
  /** True when the start is so telling that it may stand in the middle of a word. */
  anywhere: boolean
  /** Where the secret part starts, when words stand before it that may stay. */
  secretFrom?: (match: string) => number
  /** A last look at the whole token. */
  confirm?: (token: string) => boolean
}

type More = Partial<Pick<ShapeRule, 'alphabet' | 'anywhere' | 'confirm' | 'secretFrom'>>

/** `starts`: separated by spaces; a `^` stands before the three characters to look for, if not the first. */
const shape = (
  name: string,
  description: string,
  starts: string,
  regex: RegExp,
  more: More = {},
): ShapeRule => ({
  name,
  description,
  starts: starts.split(' ').map((start) => {
    const text = start.replace('^', '')
    const at = Math.max(0, start.indexOf('^'))
    return { text, trigger: text.slice(at, at + 3) }
  }),
  regex,
  alphabet: 'word',
  anywhere: false,
  ...more,
})

const HEAD = 4096

/** A run of at least 16 letters and digits with a digit in it: what words joined by hyphens do not have. */
const looksRandom = (token: string): boolean => {
  let run = 0
  let digits = 0
  for (let i = 0; i < token.length; i++) {
    const code = token.charCodeAt(i)
    if (!isDigit(code) && !isLetter(code)) {
      run = 0
      digits = 0
      continue
    }
    run++
    if (isDigit(code)) digits++
    if (run >= 16 && digits > 0) return true
  }
  return false
}

/** A header, a dot, and something after it: a page cursor in base64 has no dot. */
const isJwt = (token: string): boolean => {
  if (token.length < 32) return false
  for (let dot = token.indexOf('.'); dot !== -1; dot = token.indexOf('.', dot + 1)) {
    if (tokenEnd(token, dot + 1, 'word') - dot > 4) return true
  }
  return false
}

/** `user:password` in base64. */
const isBasic = (token: string): boolean => {
  const code = /\s([A-Za-z0-9+/]{6,4096})/.exec(token.slice(0, HEAD))?.[1] ?? ''
  try {
    const plain = atob(code.slice(0, code.length - (code.length % 4 === 1 ? 1 : 0)))
    return plain.includes(':') && !/[\x00-\x08\x0e-\x1f]/.test(plain)
  } catch {
    return false
  }
}

/** Not a word of a sentence: long, or with a digit in it. */
const isBearer = (token: string): boolean => {
  const secret = token.slice(0, HEAD).split(/\s+/).at(-1) ?? ''
  return secret.length >= 24 || (secret.length >= 8 && /[0-9]/.test(secret))
}

const afterSpace = (match: string): number => match.search(/\s/) + (/\s+/.exec(match)?.[0].length ?? 0)

export const SHAPE_RULES: readonly ShapeRule[] = [
  shape('bearer', 'bearer credentials', 'bearer Bearer BEARER', /bearer\s{1,4}[A-Za-z0-9._~+/-]{8}/iy, {
    alphabet: 'any',
    confirm: isBearer,
    secretFrom: afterSpace,
  }),
  shape('basic', 'HTTP basic credentials', 'ba^sic', /basic\s{1,4}[A-Za-z0-9+/]{6}/iy, {
    alphabet: 'base64',
    confirm: isBasic,
    secretFrom: afterSpace,
  }),
  shape('jwt', 'JSON web tokens', 'eyJ', /eyJ[A-Za-z0-9_-]{8}/y, { alphabet: 'dotted', confirm: isJwt }),
  shape('anthropic-key', 'Anthropic', 'sk-ant-', /sk-ant-[A-Za-z0-9_-]{8}/y, { anywhere: true }),
  shape(
    'openai-key',
    'OpenAI projects, services and administrators',
    'sk-proj- sk-svcacct- sk-admin-',
    /sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{8}/y,
    { anywhere: true },
  ),
  shape('sk-key', 'OpenAI, DeepSeek, OpenRouter and others', 'sk-', /sk-[A-Za-z0-9_-]{16}/y, {
    confirm: looksRandom,
  }),
  shape(
    'github-token',
    'GitHub',
    'ghp_ gho_ ghu_ ghs_ ghr_ ^github_pat_',
    /(?:gh[pousr]_[A-Za-z0-9]{16}|github_pat_[A-Za-z0-9_]{16})/y,
    { anywhere: true, alphabet: 'dotted' },
  ),
  shape(
    'gitlab-token',
    'GitLab',
    'glpat- glptt- gldt- glrt- glcbt- glsoat- glft- glimt- glagent- gloas-',
    /gl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|agent|oas)-[A-Za-z0-9_-]{16}/y,
    { alphabet: 'dotted' },
  ),
  shape('slack-token', 'Slack', 'xox xapp-', /(?:xox[a-z](?:\.xox[a-z])?|xapp)-[A-Za-z0-9-]{8}/y, {
    anywhere: true,
    alphabet: 'dotted',
  }),
  shape(
    'slack-webhook',
    'Slack webhooks',
    'hoo^ks.slack.com/',
    /hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9]/y,
    { anywhere: true, alphabet: 'base64', secretFrom: (match) => match.lastIndexOf('/') + 1 },
  ),
  shape(
    'discord-webhook',
    'Discord webhooks',
    'api/^webhooks/',
    /api\/webhooks\/[0-9]{15,20}\/[A-Za-z0-9_-]{16}/y,
    { anywhere: true, secretFrom: (match) => match.lastIndexOf('/') + 1 },
  ),
  shape('aws-key', 'AWS access key ids', 'AKIA ASIA ABIA ACCA', /A(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}/y),
  shape('google-key', 'Google API keys', 'AIza', /AIza[A-Za-z0-9_-]{30}/y, { anywhere: true }),
  shape(
    'google-token',
    'Google OAuth tokens and client secrets',
    'ya29. GOCSPX- ^1//0',
    /(?:ya29\.|GOCSPX-|1\/\/0)[A-Za-z0-9_-]{16}/y,
    { alphabet: 'dotted' },
  ),
  shape(
    'stripe-key',
    'Stripe',
    'sk_live_ sk_test_ rk_live_ rk_test_ whsec_',
    /(?:[sr]k_(?:live|test)_[A-Za-z0-9]{10}|whsec_[A-Za-z0-9+/]{16})/y,
    { alphabet: 'base64' },
  ),
  shape('npm-token', 'npm', 'npm_', /npm_[A-Za-z0-9]{30}/y),
  shape('pypi-token', 'PyPI', 'py^pi-', /pypi-[A-Za-z0-9_-]{16}/y, { confirm: looksRandom }),
  shape('rubygems-key', 'RubyGems', 'rub^ygems_', /rubygems_[a-f0-9]{32}/y),
  shape('docker-token', 'Docker Hub', 'd^ckr_', /dckr_(?:pat|oat)_[A-Za-z0-9_-]{16}/y, { anywhere: true }),
  shape('sendgrid-key', 'SendGrid', 'SG.', /SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16}/y, {
    alphabet: 'dotted',
  }),
  shape(
    'twilio-key',
    'Twilio',
    'SK0 SK1 SK2 SK3 SK4 SK5 SK6 SK7 SK8 SK9 SKa SKb SKc SKd SKe SKf',
    /SK[0-9a-f]{32}/y,
  ),
  shape('mailgun-key', 'Mailgun', 'key-', /key-[0-9a-f]{32}/y),
  shape('huggingface-token', 'Hugging Face', 'hf_', /hf_[A-Za-z]{30}/y),
  shape('digitalocean-token', 'DigitalOcean', 'dop^_v1_ doo^_v1_ dor^_v1_', /do[opr]_v1_[a-f0-9]{32}/y),
  shape('telegram-token', 'Telegram bots', ':AA', /:AA[A-Za-z0-9_-]{30}/y, { anywhere: true }),
  shape('databricks-token', 'Databricks', 'dapi', /dapi[a-f0-9]{32}/y),
  shape('vault-token', 'HashiCorp Vault', 'hvs. hvb. hvr.', /hv[sbr]\.[A-Za-z0-9_-]{20}/y),
  shape('terraform-token', 'HCP Terraform', '.atla^sv1.', /\.atlasv1\.[A-Za-z0-9_-]{32}/y, {
    anywhere: true,
  }),
  shape('pulumi-token', 'Pulumi', 'pul-', /pul-[a-f0-9]{40}/y),
  shape('onepassword-token', '1Password', 'ops^_eyJ', /ops_eyJ[A-Za-z0-9+/_-]{16}/y, {
    anywhere: true,
    alphabet: 'base64',
  }),
  shape('doppler-token', 'Doppler', 'dp.', /dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.-]{16}/y, {
    alphabet: 'dotted',
  }),
  shape('linear-key', 'Linear', 'lin^_api_', /lin_api_[A-Za-z0-9_]{16}/y, { anywhere: true }),
  shape('notion-token', 'Notion', 'ntn_ secret_', /(?:ntn_[A-Za-z0-9]{30}|secret_[A-Za-z0-9]{40})/y),
  shape('postman-key', 'Postman', 'PMAK-', /PMAK-[a-f0-9]{16}/y, { anywhere: true }),
  shape('shopify-token', 'Shopify', 'shpat_ shpca_ shppa_ shpss_', /shp(?:at|ca|pa|ss)_[A-Za-z0-9]{16}/y, {
    anywhere: true,
  }),
  shape('square-token', 'Square', 's^q0atp- s^q0csp-', /sq0(?:atp|csp)-[A-Za-z0-9_-]{16}/y),
  shape('age-key', 'age', 'AG^E-SECRET-KEY-', /AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{16}/y, { anywhere: true }),
  shape('cloudflare-key', 'Cloudflare origin CA', 'v1^.0-', /v1\.0-[a-f0-9]{24}-[a-f0-9]{32}/y),
  shape(
    'azure-secret',
    'Azure client secrets',
    '0Q~ 1Q~ 2Q~ 3Q~ 4Q~ 5Q~ 6Q~ 7Q~ 8Q~ 9Q~',
    /[0-9]Q~[A-Za-z0-9_.~-]{30}/y,
    {
      alphabet: 'any',
      anywhere: true,
    },
  ),
  shape('newrelic-key', 'New Relic', 'NRAK- NRAA-', /NRA[AK]-[A-Za-z0-9]{20}/y),
  shape('grafana-token', 'Grafana', 'glc_ glsa_', /(?:glc_[A-Za-z0-9+/]{32}|glsa_[A-Za-z0-9]{20})/y, {
    alphabet: 'base64',
  }),
  shape('sentry-token', 'Sentry', 'sntrys_ sntryu_', /sntry[su]_[A-Za-z0-9+/=_]{20}/y, {
    alphabet: 'base64',
  }),
  shape('supabase-key', 'Supabase', 'sbp_ sb_secret_', /(?:sbp_[a-f0-9]{32}|sb_secret_[A-Za-z0-9_-]{16})/y),
  shape('planetscale-token', 'PlanetScale', 'psc^ale_', /pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_-]{16}/y, {
    alphabet: 'dotted',
  }),
  shape('airtable-token', 'Airtable', 'pat', /(?<![A-Za-z]{2})pat[A-Za-z0-9]{14}\.[a-f0-9]{32}/y, {
    alphabet: 'dotted',
  }),
  shape('atlassian-token', 'Atlassian', 'ATA^TT3', /ATATT3[A-Za-z0-9_-]{32}/y, { alphabet: 'base64' }),
  shape('figma-token', 'Figma', 'figd_', /figd_[A-Za-z0-9_-]{16}/y),
  shape('langsmith-key', 'LangSmith', 'lsv2_', /lsv2_(?:pt|sk)_[a-f0-9]{16}/y),
  shape('groq-key', 'Groq', 'gsk_', /gsk_[A-Za-z0-9]{20}/y),
  shape('xai-key', 'xAI', 'xai-', /xai-[A-Za-z0-9]{20}/y),
  shape('perplexity-key', 'Perplexity', 'pplx-', /pplx-[A-Za-z0-9]{20}/y),
  shape('replicate-token', 'Replicate', 'r8_', /r8_[A-Za-z0-9]{20}/y),
  shape('tavily-key', 'Tavily', 'tvly-', /tvly-[A-Za-z0-9_-]{16}/y),
  shape('firebase-key', 'Firebase messaging', ':APA91', /:APA91[A-Za-z0-9_-]{32}/y, { anywhere: true }),
]
