/** What every record goes through between the observer and the journal: redact, then describe, then cut. */
import { type Bounds, cutRecord, DEFAULT_BOUNDS, describe } from '../record/index.ts'
import { createRedactor, type Redactor, type RedactSettings } from './redact/redact.ts'

export interface FinishSettings extends RedactSettings {
  /**
   * Sizes in bytes.
   * @default DEFAULT_BOUNDS
   */
  bounds?: Bounds
}

/**
 * Composes the steps in the one order that is safe: nothing is cut before its secrets are masked, and a message made
 * from fields is made from what redaction left of them. One for each run; never throws.
 * @example
 * const finish = createFinisher()
 * createObserver({ server, run, newId, emit: (record, stream) => journal.append(finish(record, stream)) })
 */
export const createFinisher = (settings: FinishSettings = {}): Redactor => {
  const redact = createRedactor(settings)
  const bounds = settings.bounds ?? DEFAULT_BOUNDS
  return (record, stream) => cutRecord(describe(redact(record, stream)), bounds)
}
