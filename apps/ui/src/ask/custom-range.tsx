/** Two bounds to type: a date, a time, or how long ago. */
import { type FormEvent, useId, useState } from 'react'
import type { Place } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { useText } from '../text/index.tsx'
import { boundOf, instantOf, typedOf, type Zone } from './range.ts'

export const CustomRange = ({
  since,
  until,
  zone,
  show,
}: {
  since: string | undefined
  until: string | undefined
  zone: Zone
  show: (range: Pick<Place, 'since' | 'until'>) => void
}) => {
  const t = useText().ask
  const problem = useId()
  const [from, setFrom] = useState(() => typedOf(since, zone, Date.now()))
  const [to, setTo] = useState(() => typedOf(until, zone, Date.now()))
  const [wrong, setWrong] = useState<string>()
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    const now = Date.now()
    const [first, last] = [boundOf(from, zone, now), boundOf(to, zone, now)]
    if (first === undefined || last === undefined) {
      setWrong(t.timeHelp)
      return
    }
    if (first !== '' && last !== '' && (instantOf(first, now) ?? 0) >= (instantOf(last, now) ?? 0)) {
      setWrong(t.rangeHelp)
      return
    }
    show({ ...(first === '' ? {} : { since: first }), ...(last === '' ? {} : { until: last }) })
  }
  const bounds = [
    { name: t.from, value: from, set: setFrom },
    { name: t.to, value: to, set: setTo },
  ]
  return (
    <form onSubmit={onSubmit} className="mt-2 border-line border-t pt-2">
      <fieldset className="m-0 grid gap-1.5 border-0 p-0">
        <legend className="mb-1 px-1.5 text-[11px] text-dim">{t.custom}</legend>
        {bounds.map(({ name, value, set }) => (
          <label key={name} className="grid grid-cols-[44px_1fr] items-center gap-1 px-1.5">
            {name}
            <input
              value={value}
              onChange={({ target }) => {
                set(target.value)
                setWrong(undefined)
              }}
              placeholder={t.open}
              aria-invalid={wrong !== undefined}
              aria-describedby={problem}
              spellCheck={false}
              className="mono h-7 min-w-0 rounded border border-line bg-bg px-2 placeholder:text-dim"
            />
          </label>
        ))}
      </fieldset>
      <p
        id={problem}
        aria-live="polite"
        className={`px-1.5 py-1.5 text-[11px] leading-4 ${wrong === undefined ? 'text-dim' : 'text-error'}`}
      >
        {wrong ?? t.timeHelp}
        <br />
        <span className="text-dim">{t.zone(zone === 'utc' ? 'UTC' : t.localZone)}</span>
      </p>
      <Button type="submit" className="mx-1.5">
        {t.apply}
      </Button>
    </form>
  )
}
