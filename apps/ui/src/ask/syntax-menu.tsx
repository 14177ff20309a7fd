/** The language in ten examples; each fills the box. */
import { BookOpen } from 'lucide-react'
import { Button } from '../parts/button.tsx'
import { Menu, MenuItem, MenuLabel } from '../parts/menu.tsx'
import { useText } from '../text/index.tsx'

export const EXAMPLES = [
  'timeout',
  '"connection refused"',
  'level:>=warning',
  'server:fs* -tool:ping',
  'status:error duration:>1s',
  'source:stderr /ECONN(REFUSED|RESET)/',
  '@user.id:42',
  '@processing_time:>1s',
  'level:(error OR warning)',
  'time:>now-15m (tool:search OR tool:fetch)',
] as const

export const SyntaxMenu = ({ fill }: { fill: (query: string) => void }) => {
  const t = useText().ask
  return (
    <Menu
      trigger={
        <Button plain aria-label={t.syntax} title={t.syntax} className="text-dim">
          <BookOpen size={14} aria-hidden="true" />
        </Button>
      }
    >
      <MenuLabel>{t.syntaxAbout}</MenuLabel>
      {EXAMPLES.map((example, index) => (
        <MenuItem key={example} onClick={() => fill(example)}>
          <span className="flex flex-col">
            <span className="mono">{example}</span>
            <span className="text-[11px] text-dim leading-4">{t.examples[index]}</span>
          </span>
        </MenuItem>
      ))}
    </Menu>
  )
}
