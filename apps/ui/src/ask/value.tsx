/** A value that can be asked for: a button with a menu. To be written. */
import type { ReactNode } from 'react'

export const Value = ({
  children,
}: {
  field: string
  value: string | number | boolean
  children: ReactNode
}) => children
