/** A link to another place of the page: it opens in a tab of its own as any link does. */
import type { MouseEvent, ReactNode } from 'react'

const isPlainClick = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey

/** @example <Link href={addressAt({ call })} onFollow={() => go({ call })}>…</Link> */
export const Link = ({
  href,
  onFollow,
  className = '',
  children,
}: {
  href: string
  onFollow: () => void
  className?: string
  children: ReactNode
}) => (
  <a
    href={href}
    className={`text-accent hover:underline ${className}`}
    onClick={(event) => {
      if (!isPlainClick(event)) return
      event.preventDefault()
      onFollow()
    }}
  >
    {children}
  </a>
)
