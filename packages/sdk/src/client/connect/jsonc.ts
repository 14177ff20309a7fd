/** JSON as editors write it: with comments, and commas before a closing bracket. */

/** Strings first, so that nothing within them is taken for a comment or a comma. */
const PARTS = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*[\]}])/g

/**
 * Parses JSON with comments.
 * @throws SyntaxError
 * @example parseJsonc('{"a": 1, // one\n}') // { a: 1 }
 */
export const parseJsonc = (text: string): unknown =>
  JSON.parse(text.replace(/^\uFEFF/, '').replace(PARTS, (part) => (part.startsWith('"') ? part : '')))
