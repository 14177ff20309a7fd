/** Transforms in front of a sink. */
import { LogboomError } from '../errors/index.ts'
import type { AnyTransform } from '../transform/index.ts'
import type { Sink } from './types.ts'

const isTransform = (value: unknown): value is AnyTransform =>
  typeof value === 'function' || (typeof value === 'object' && value !== null && 'start' in value)

/**
 * The sink, given only what the transforms leave, in the order they are written. Whatever puts a queue in front of the sink
 * (`connect`, `withLogging`, `createDelivery`) applies them to each record once, before it waits: what they leave out takes no room,
 * and a batch that is tried again is not transformed again. Each queue has stages of its own, so what they remember is of one server.
 * @throws LogboomError LB_SINK_OPTIONS for what is no transform
 * @example sinks: [through([filter('level:>=info'), sample({ keep: 0.1 })], fileSink('logs/{server}.log'))]
 */
export const through = (transforms: readonly AnyTransform[], sink: Sink): Sink => {
  const wrong = transforms.findIndex((transform) => !isTransform(transform))
  if (wrong !== -1)
    throw new LogboomError('LB_SINK_OPTIONS', `through: what stands at ${wrong} is no transform`, {
      hint: 'Give what sample(), dedupe(), throttle(), filter() or enrich() returns, or a function of a record.',
    })
  const passed: Sink = (batch, context) => sink(batch, context)
  return Object.assign(passed, {
    ...(sink.flush === undefined ? {} : { flush: (ms: number) => sink.flush?.(ms) ?? Promise.resolve() }),
    ...(sink.close === undefined ? {} : { close: (ms: number) => sink.close?.(ms) ?? Promise.resolve() }),
    transforms: [...transforms, ...(sink.transforms ?? [])],
  })
}
