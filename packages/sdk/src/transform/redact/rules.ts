/**
 * The rule pack as a table: what docs/redaction.md lists, and every regular expression that meets text from outside,
 * which `npm run regexes` checks.
 */
import { KEY_RULES, QUERY_RULE } from './keys.ts'
import { PEM_PATTERNS } from './multiline.ts'
import { SCAN_PATTERNS } from './scan.ts'
import { SHAPE_RULES } from './shapes.ts'

export interface RuleInfo {
  /** As shown in the mask: `[redacted:NAME]`. */
  name: string
  description: string
}

/** Every rule by its name; key rules first, then the others. */
export const RULES: readonly RuleInfo[] = [
  ...new Map(
    [
      ...KEY_RULES,
      { name: QUERY_RULE.name, description: 'what grants access in the query of a URL' },
      { name: 'url-password', description: 'passwords in URLs' },
      { name: 'pem-private-key', description: 'private keys in PEM, over any number of lines' },
      { name: 'discord-token', description: 'Discord bots' },
      ...SHAPE_RULES,
    ]
      .reverse()
      .map(({ name, description }) => [name, { name, description }] as const),
  ).values(),
].reverse()

/** Found again with `g` wherever they could match; each bounded, none slow. */
export const REDACT_PATTERNS: readonly { name: string; regex: RegExp }[] = [...SCAN_PATTERNS, ...PEM_PATTERNS]
