/** Zooming into a range of time, and out of it again. */
import { useRef } from 'react'
import { go, usePlace } from '../location/index.ts'
import type { Range } from './bars.ts'
import { outOf, type Step } from './zoom-steps.ts'

export const useZoom = () => {
  const { since, until } = usePlace()
  const now = { since, until }
  const steps = useRef<readonly Step[]>([])
  return {
    zoomed: since !== undefined || until !== undefined,
    zoom: ({ from, to }: Range): void => {
      const next = { since: String(Math.floor(from)), until: String(Math.ceil(to)) }
      steps.current = [...steps.current, { from: now, to: next }]
      go(next)
    },
    zoomOut: (): void => {
      const out = outOf(steps.current, now)
      steps.current = out.steps
      go(out.to)
    },
  }
}
