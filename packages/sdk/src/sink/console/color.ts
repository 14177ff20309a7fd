/**
 * Whether a stream wants colours: `NO_COLOR` (not empty) says no, `FORCE_COLOR` (not empty, not `0`) says yes, else a
 * terminal does, unless it is `dumb`.
 */
export const wantsColor = (
  stream: { isTTY?: boolean } | object,
  env: Readonly<Record<string, string | undefined>>,
): boolean => {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') return env.FORCE_COLOR !== '0'
  return 'isTTY' in stream && stream.isTTY === true && env.TERM !== 'dumb'
}
