/** A word about what was just done, gone after a moment. */
import { useCallback, useEffect, useState } from 'react'

const SHOWN_MS = 2500

export const useNote = (): [string | undefined, (text: string) => void] => {
  const [note, setNote] = useState<{ text: string }>()
  useEffect(() => {
    if (note === undefined) return
    const timer = setTimeout(() => setNote(undefined), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [note])
  return [note?.text, useCallback((text: string) => setNote({ text }), [])]
}
