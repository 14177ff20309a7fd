/** A link to another call: beside where this one is beside, as a page where this one is a page. */
import type { MouseEvent, ReactNode } from 'react'
import { addressAt, type Change, go } from '../location/index.ts'

export type Room = 'panel' | 'page'

const changeTo = (id: string, room: Room): Change =>
  room === 'panel'
    ? { call: id, record: undefined }
    : { view: 'calls', page: id, call: undefined, record: undefined }

const isPlainClick = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey

export const GoLink = ({
  to,
  current = false,
  className = 'text-accent hover:underline',
  title,
  children,
}: {
  to: Change
  current?: boolean
  className?: string
  title?: string
  children: ReactNode
}) => (
  <a
    href={addressAt(to)}
    className={className}
    {...(current ? { 'aria-current': true } : {})}
    {...(title === undefined ? {} : { title })}
    onClick={(event) => {
      if (!isPlainClick(event)) return
      event.preventDefault()
      go(to)
    }}
  >
    {children}
  </a>
)

export const CallLink = ({
  id,
  room,
  ...rest
}: Omit<Parameters<typeof GoLink>[0], 'to'> & { id: string; room: Room }) => (
  <GoLink to={changeTo(id, room)} {...rest} />
)
