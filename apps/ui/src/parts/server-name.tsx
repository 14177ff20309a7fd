/** A server's name in its colour. */
import { useHue } from './hues.ts'
import { LogText } from './log-text.tsx'

export const ServerName = ({ name }: { name: string }) => (
  <span className="font-medium" style={{ color: useHue(name) }}>
    <LogText text={name} />
  </span>
)
