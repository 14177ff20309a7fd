/** Functions record -> record: redact today. Pure, but for what a secret's unfinished lines leave to remember. */
export { createFinisher, type FinishSettings } from './finish.ts'
export { createRedactor, type Redactor, type RedactSettings, redactText } from './redact/redact.ts'
