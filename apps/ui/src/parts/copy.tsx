/** Copying, and saying that it was done. */
import { useCallback, useEffect, useState } from 'react'
import { useText } from '../text/index.tsx'
import { Button, type ButtonProps } from './button.tsx'

/** Clipboards of pages that are not on loopback or https are closed: then the old way. */
export const copyText = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.className = 'sr-only'
    document.body.append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    return done
  }
}

const SHOWN_MS = 1500

/** A button that copies what `text` makes. */
export const CopyButton = ({
  text,
  children,
  ...rest
}: ButtonProps & { text: () => string | Promise<string> }) => {
  const t = useText().parts
  const [done, setDone] = useState<boolean>()
  useEffect(() => {
    if (done === undefined) return
    const timer = setTimeout(() => setDone(undefined), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [done])
  const onClick = useCallback(async () => setDone(await copyText(await text())), [text])
  return (
    <Button {...rest} onClick={() => void onClick()}>
      <span aria-live="polite">{done === undefined ? children : done ? t.copied : t.notCopied}</span>
    </Button>
  )
}
