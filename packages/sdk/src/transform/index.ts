/** What stands between a record and where it goes: redaction, and the transforms that make records fewer or richer. */
export { createFinisher, type FinishSettings } from './finish.ts'
export { createPipeline, type Pipeline, type PipelineSettings, type PipelineStats } from './pipeline.ts'
export { createRedactor, type Redactor, type RedactSettings, redactText } from './redact/redact.ts'
export type { AnyTransform, Stage, Transform } from './types.ts'
