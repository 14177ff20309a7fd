/** Words that every screen has. */
export const parts = {
  failed: 'The hub says:',
  offline: 'The hub does not answer. Is it still running? The page tries again by itself.',
  /** A fault of the page, not of the hub. */
  broken: 'This part of the page broke:',
  brokenHint:
    'Nothing that was captured is lost. Trying again or another view often helps; please report it.',
  retry: 'Try again',
  copied: 'Copied',
  notCopied: 'The browser does not let a page copy',
  copy: 'Copy',
  close: 'Close',
  loading: 'Loading …',
  more: 'Load more',
  /** Where a value was masked, with the rule that did it. */
  masked: (rule: string) => `masked: ${rule}`,
  /** Of calls. */
  outcomes: {
    started: 'running',
    ok: 'ok',
    tool_error: 'tool error',
    rpc_error: 'RPC error',
    timeout: 'timeout',
    cancelled: 'cancelled',
    lost: 'lost',
  },
}
