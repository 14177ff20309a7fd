/** The numbers of the histogram, for who does not see it. */
import { visible } from '@logboom/sdk/record'
import { memo } from 'react'
import { useText } from '../text/index.tsx'
import { type Bars, REST } from './bars.ts'
import { rangeLabel, type Zone } from './labels.ts'

export const NumbersTable = memo(({ bars, by, zone }: { bars: Bars; by: string; zone: Zone }) => {
  const t = useText().histogram
  return (
    // Around it and not on it: a table is never less high than its rows, and would make the page scroll.
    <div className="sr-only">
      <table>
        <caption>{t.table(visible(by))}</caption>
        <thead>
          <tr>
            <th scope="col">{t.time}</th>
            <th scope="col">{t.all}</th>
            {bars.series.map(({ value }) => (
              <th key={value} scope="col">
                {value === REST ? t.rest : value}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.times.map((time, index) =>
            // Empty ones say nothing that the times do not.
            bars.counts[index] === 0 ? null : (
              <tr key={time}>
                <th scope="row">{rangeLabel(time, time + bars.step, zone)}</th>
                <td>{bars.counts[index]}</td>
                {bars.series.map(({ value, counts }) => (
                  <td key={value}>{counts[index]}</td>
                ))}
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  )
})
