/** Something alive to look at, before there is a server of one's own. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { startDemo } from '../api/demo.ts'
import { Button } from '../parts/button.tsx'
import { Problem } from '../parts/problem.tsx'
import { useText } from '../text/index.tsx'

export const DemoButton = () => {
  const t = useText().welcome
  const queries = useQueryClient()
  const demo = useMutation({
    mutationFn: startDemo,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['stats'] }),
  })
  if (demo.isError) return <Problem error={demo.error} retry={() => demo.mutate()} />
  if (demo.data === 'absent') return <span className="text-dim">{t.noDemo}</span>
  return (
    <span className="flex items-center gap-3">
      <span role="status" className="text-dim">
        {demo.data === undefined ? '' : t.demoRuns}
      </span>
      <Button disabled={demo.isPending || demo.data !== undefined} onClick={() => demo.mutate()}>
        <Play size={14} aria-hidden="true" />
        {t.demo}
      </Button>
    </span>
  )
}
