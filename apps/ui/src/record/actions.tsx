/** What can be done with a record: its surroundings, its neighbours, copies of it. */
import { ChevronDown, ChevronLeft, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import type { Stored } from '../api/client.ts'
import { authorization } from '../api/token.ts'
import { useKey } from '../keys/index.ts'
import { go } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { copyText } from '../parts/copy.tsx'
import { Menu, MenuItem } from '../parts/menu.tsx'
import { useText } from '../text/index.tsx'
import { curlOf, jsonOf, permalinkOf, queryOfRecord } from './copies.ts'
import { useNeighbour } from './record.ts'

export const Actions = ({ stored }: { stored: Stored }) => {
  const t = useText().record
  const { position, record } = stored
  const context = () => go({ view: 'stream', around: position, page: undefined })
  useKey('context', context)
  return (
    <div role="toolbar" aria-label={t.actions} className="mt-2.5 flex flex-wrap items-center gap-1.5">
      <Button onClick={context}>{t.context}</Button>
      <CopyMenu stored={stored} />
      <Neighbours key={record.id} stored={stored} />
    </div>
  )
}

const Neighbours = ({ stored }: { stored: Stored }) => {
  const t = useText().record
  const before = useNeighbour(stored, 'before')
  const after = useNeighbour(stored, 'after')
  const show = (next: Stored | null | undefined) => next && go({ record: next.record.id }, { replace: true })
  useKey('earlier', () => show(before))
  useKey('later', () => show(after))
  return (
    <span className="ml-auto flex gap-1.5">
      <Button
        aria-label={t.previous}
        title={`${t.previous} [`}
        disabled={!before}
        onClick={() => show(before)}
      >
        <ChevronLeft size={15} aria-hidden="true" />
      </Button>
      <Button aria-label={t.next} title={`${t.next} ]`} disabled={!after} onClick={() => show(after)}>
        <ChevronRight size={15} aria-hidden="true" />
      </Button>
    </span>
  )
}

const CopyMenu = ({ stored: { record } }: { stored: Stored }) => {
  const text = useText()
  const t = text.record
  const [said, setSaid] = useState('')
  const copy = async (what: string): Promise<void> =>
    setSaid((await copyText(what)) ? text.parts.copied : text.parts.notCopied)
  const { origin } = window.location
  useKey('copy', () => void copy(jsonOf(record)))
  return (
    <>
      <Menu
        trigger={
          <Button>
            {t.copy} <ChevronDown size={14} aria-hidden="true" />
          </Button>
        }
      >
        <MenuItem onClick={() => void copy(record.message)}>{t.copyMessage}</MenuItem>
        <MenuItem onClick={() => void copy(jsonOf(record))}>{t.copyJson}</MenuItem>
        <MenuItem onClick={() => void copy(queryOfRecord(record))}>{t.copyQuery}</MenuItem>
        <MenuItem onClick={() => void copy(curlOf(record, origin, 'authorization' in authorization()))}>
          {t.copyCurl}
        </MenuItem>
        <MenuItem onClick={() => void copy(permalinkOf(record, origin))}>{t.copyLink}</MenuItem>
      </Menu>
      <span role="status" className="text-dim">
        {said}
      </span>
    </>
  )
}
