/** Sizes as people write them: `500mb`, `1.5gib`. */
import { LogboomError } from '@logboom/sdk/errors'
import { parseQuantity } from '@logboom/sdk/query'

/**
 * Bytes.
 * @param option name for the error, such as `--max-size`
 * @throws LogboomError LB_USAGE if it is no size
 * @example parseSize('1gib', '--max-size') // 1073741824
 */
export const parseSize = (text: string, option: string): number => {
  const quantity = parseQuantity(text.trim())
  if (quantity !== undefined && quantity.value >= 0 && (quantity.dimension ?? 'size') === 'size')
    return quantity.value
  throw new LogboomError('LB_USAGE', `${option} does not understand '${text}'`, {
    hint: 'Give a number with kb, mb, gb or kib, mib, gib: 500mb, 1.5gib.',
  })
}
