/** A server's name in its colour. */
import { hueOf } from '../look/hues.ts'
import { useTheme } from '../settings/theme.ts'
import { LogText } from './log-text.tsx'

export const ServerName = ({ name }: { name: string }) => (
  <span className="font-medium" style={{ color: hueOf(name, useTheme()) }}>
    <LogText text={name} />
  </span>
)
