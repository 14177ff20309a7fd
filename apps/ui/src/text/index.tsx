/**
 * The page's words in the reader's language. English is there from the start; other dictionaries are loaded when needed, and
 * hold the same keys, which the compiler sees to. What people logged is never translated.
 */
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { loaded } from '../parts/later.ts'
import { useSettings } from '../settings/index.ts'
import { en } from './en/index.ts'

export type Messages = typeof en
export type Language = 'en' | 'zh'

/** What `Intl` and `lang` call a language. */
export const TAG: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' }

/** The language in effect: what is chosen, or the first of the browser's that there is. */
export const languageOf = (chosen: Language | 'system', wanted: readonly string[]): Language => {
  if (chosen !== 'system') return chosen
  for (const tag of wanted) {
    if (/^zh\b/i.test(tag)) return 'zh'
    if (/^en\b/i.test(tag)) return 'en'
  }
  return 'en'
}

interface Text {
  language: Language
  messages: Messages
}

const Context = createContext<Text>({ language: 'en', messages: en })

export const TextProvider = ({ children }: { children: ReactNode }) => {
  const language = languageOf(useSettings().language, navigator.languages)
  const [text, setText] = useState<Text | undefined>(
    language === 'en' ? { language, messages: en } : undefined,
  )
  useEffect(() => {
    let left = false
    const show = (messages: Messages): void => {
      if (left) return
      document.documentElement.lang = TAG[language]
      setText({ language, messages })
    }
    if (language === 'en') show(en)
    else void loaded(() => import('./zh/index.ts')).then(({ zh }) => show(zh))
    return () => {
      left = true
    }
  }, [language])
  // Words of the wrong language are not shown first; later they stay until the others are there, and with them the focus.
  return text === undefined ? null : <Context value={text}>{children}</Context>
}

/** @example const t = useText().stream; t.paused(12) */
export const useText = (): Messages => useContext(Context).messages

export const useLanguage = (): Language => useContext(Context).language
