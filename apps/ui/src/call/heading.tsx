/** What a part of a story is about: a level below the call's own heading, which is one higher on its page than beside. */
import type { ReactNode } from 'react'
import type { Room } from './call-link.tsx'

export const Heading = ({ room, title, children }: { room: Room; title?: string; children: ReactNode }) => {
  const Level = room === 'page' ? 'h2' : 'h3'
  return (
    <Level className="font-semibold" {...(title === undefined ? {} : { title })}>
      {children}
    </Level>
  )
}
