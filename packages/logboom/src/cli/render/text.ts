/**
 * Text of unknown origin made safe for a terminal: nothing in a log may move the cursor, change colours, reorder the
 * line or hide. What would act is shown instead: control characters as their pictures (`␛`), the rest as `\u{202e}`.
 */

// C0, DEL, C1; bidirectional controls; invisible and separator characters; tags; lone surrogates.
const ACTS =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu

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
export const visible = (text: string): string => text.replace(ACTS, show)

/** The lines of the text, each safe to print; line ends at the end of the text are dropped. */
export const visibleLines = (text: string): string[] => {
  let end = text.length
  while (end > 0 && (text[end - 1] === '\n' || text[end - 1] === '\r')) end--
  return text.slice(0, end).split(/\r?\n/).map(visible)
}
