/**
 * Text of unknown origin made safe for a terminal and for a file of lines: nothing in a log may move the cursor, change
 * colours, reorder the line, begin another one or hide. What would act is shown instead: control characters as their
 * pictures (`␛`), the rest as `\u{202e}`.
 */

// C0, DEL, C1; bidirectional controls; invisible and separator characters; tags; lone surrogates.
const ACTS =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu

/** Nearly every text: nothing to look for. */
const PLAIN = /^[ -~]*$/

const show = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  if (code === 0x09) return '    '
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '␡'
  return `\\u{${code.toString(16)}}`
}

/**
 * The text on one line, safe to print.
 * @example visible('a\u001b[31mb\nc') // 'a␛[31mb␊c'
 */
export const visible = (text: string): string => (PLAIN.test(text) ? text : text.replace(ACTS, show))

const escaped = (character: string): string => {
  let text = ''
  for (let i = 0; i < character.length; i++)
    text += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`
  return text
}

/** JSON text of the same value in which no character acts: `JSON.stringify` leaves some as they are. */
export const visibleJson = (json: string): string => (PLAIN.test(json) ? json : json.replace(ACTS, escaped))
