/** What the language says about a query, before anybody asks the hub. */
import { parseQuery } from '@logboom/sdk/query'

export interface QueryProblem {
  message: string
  /** From 1, in UTF-16 units. */
  column: number
}

/** What is wrong with a query; undefined when it can be asked. */
export const queryProblem = (text: string): QueryProblem | undefined => {
  try {
    parseQuery(text, { now: Date.now() })
    return undefined
  } catch (error) {
    const { message, column } = error as Error & { column?: number }
    return { message, column: column ?? 1 }
  }
}
