/**
 * Log text with its masked values drawn as such: a mask is what redaction wrote in a value's place, so it is one only in records that
 * say something was masked.
 */
import { LogLines } from './log-text.tsx'

export const Masked = ({ text, redacted }: { text: string; redacted: boolean }) => (
  <LogLines text={text} masks={redacted} />
)
