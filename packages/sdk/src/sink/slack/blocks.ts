/** The blocks of Slack's Block Kit that are made here, and their size. */
import { type PlainText, plain } from './text.ts'

export interface Mrkdwn {
  type: 'mrkdwn'
  text: string
}

export type Block =
  | { type: 'header'; text: PlainText }
  | { type: 'section'; text: PlainText }
  | { type: 'context'; elements: (PlainText | Mrkdwn)[] }

const MAX_HEADER = 150
const MAX_SECTION = 3000
const MAX_ELEMENT = 700

export const header = (text: string): Block[] => {
  const shown = plain(text, MAX_HEADER)
  return shown === undefined ? [] : [{ type: 'header', text: shown }]
}

/** None for no text. */
export const section = (text: string): Block[] => {
  const shown = plain(text, MAX_SECTION)
  return shown === undefined ? [] : [{ type: 'section', text: shown }]
}

/** Names, and a time that Slack shows. */
export const context = (names: string, time: string): Block => {
  const shown = plain(names, MAX_ELEMENT)
  return {
    type: 'context',
    elements: [...(shown === undefined ? [] : [shown]), { type: 'mrkdwn', text: time }],
  }
}

/** Characters of a block's texts. */
export const sizeOf = (block: Block): number =>
  'text' in block ? block.text.text.length : block.elements.reduce((sum, { text }) => sum + text.length, 0)
