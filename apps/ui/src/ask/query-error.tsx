/** What is wrong with the query, with a caret under the place. */
import { useText } from '../text/index.tsx'
import type { QueryProblem } from './problem.ts'

const MOST = 160

export const QueryError = ({ id, text, problem }: { id: string; text: string; problem: QueryProblem }) => {
  const t = useText().ask
  const { column, message } = problem
  // Of a long query, what lies around the place.
  const from = Math.max(0, column - MOST / 2)
  return (
    <div id={id} role="alert" className="px-3 py-2">
      <pre className="overflow-hidden" aria-hidden="true">
        {text.slice(from, from + MOST)}
        {'\n'}
        <span className="invisible">{text.slice(from, column - 1)}</span>
        <b className="text-error">^</b>
      </pre>
      <p className="text-error">
        {t.problem(message)}
        <span className="ml-2 text-dim">{t.column(column)}</span>
      </p>
    </div>
  )
}
