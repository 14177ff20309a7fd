/** Theme and language, in the header. */
import { Languages, SunMoon } from 'lucide-react'
import { Button } from '../parts/button.tsx'
import { Menu, MenuRadio } from '../parts/menu.tsx'
import { useText } from '../text/index.tsx'
import { changeSettings, useSettings } from './index.ts'

export const Preferences = () => {
  const { theme, language } = useSettings()
  const t = useText().app
  return (
    <>
      <Menu
        trigger={
          <Button aria-label={t.language} title={t.language}>
            <Languages size={15} aria-hidden="true" />
          </Button>
        }
      >
        <MenuRadio
          value={language}
          onChange={(next) => changeSettings({ language: next })}
          options={[
            { value: 'system', label: t.systemLanguage },
            { value: 'en', label: 'English' },
            { value: 'zh', label: '简体中文' },
          ]}
        />
      </Menu>
      <Menu
        trigger={
          <Button aria-label={t.theme} title={t.theme}>
            <SunMoon size={15} aria-hidden="true" />
          </Button>
        }
      >
        <MenuRadio
          value={theme}
          onChange={(next) => changeSettings({ theme: next })}
          options={(['system', 'dark', 'light'] as const).map((value) => ({ value, label: t.themes[value] }))}
        />
      </Menu>
    </>
  )
}
