/**
 * Puts a watcher between a transport and its client, on the transport object itself, so that it stays the same object with
 * everything its client knows of it. Knows nothing of what passes.
 *
 * `send`, `start` and `close` become own methods. `onmessage` and `onclose` become accessors: clients set them whenever they
 * like, chain what was there before, put back what they found (version negotiation does all three), and still each message
 * is seen once.
 */

export type Forward = (message: unknown, ...rest: unknown[]) => unknown

export interface Watcher {
  /** The transport was started, by `go`. */
  start(go: () => Promise<void>): Promise<void>
  /** The client sends; `forward` sends it as the transport would have. */
  send(message: unknown, options: readonly unknown[], forward: Forward): unknown
  /** The transport delivers; `forward` gives it to the client. */
  receive(message: unknown, extra: readonly unknown[], forward: Forward): void
  close(go: () => Promise<void>): Promise<void>
  /** The transport told its client that it is closed; called after the client. */
  closed(): void
}

interface Hookable {
  start(): Promise<void>
  send(message: unknown, ...options: unknown[]): unknown
  close(): Promise<void>
}

type Handler = (...args: unknown[]) => unknown

/** Hooks a transport. Returns the way to send past the watcher. */
export const hookTransport = (transport: object, watcher: Watcher): Forward => {
  const target = transport as Hookable
  const original = { start: target.start, send: target.send, close: target.close }
  const forwardSend: Forward = (message, ...options) => original.send.call(target, message, ...options)

  setMethod(target, 'start', () => watcher.start(() => original.start.call(target)))
  setMethod(target, 'send', (message, ...options) => watcher.send(message, options, forwardSend))
  setMethod(target, 'close', () => watcher.close(() => original.close.call(target)))

  // A client that chained the handler it found calls it from within its own: that is no second message.
  const delivering: unknown[] = []
  hookHandler(target, 'onmessage', (handler) => (message, ...extra) => {
    if (delivering.includes(message)) {
      handler(message, ...extra)
      return
    }
    delivering.push(message)
    try {
      watcher.receive(message, extra, handler)
    } finally {
      delivering.pop()
    }
  })
  let closing = false
  hookHandler(target, 'onclose', (handler) => (...args) => {
    if (closing) {
      handler(...args)
      return
    }
    closing = true
    try {
      handler(...args)
    } finally {
      closing = false
      watcher.closed()
    }
  })
  return forwardSend
}

const setMethod = (target: object, name: string, value: Handler): void => {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false })
}

/** Wraps whatever handler is set, now or later; no handler stays no handler. */
const hookHandler = (target: object, name: string, wrap: (handler: Handler) => Handler): void => {
  const before = findProperty(target, name)
  const inners = new WeakMap<Handler, Handler>()
  let outer: Handler | undefined

  const set = (value: unknown): void => {
    if (typeof value !== 'function') {
      outer = undefined
      return
    }
    // What a client read from here and puts back stands for the handler it was made of.
    const inner = inners.get(value as Handler) ?? (value as Handler)
    outer = wrap(inner)
    inners.set(outer, inner)
  }

  set(before?.get === undefined ? before?.value : before.get.call(target))
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: before?.enumerable ?? true,
    get: () => outer,
    set(value: unknown) {
      set(value)
      before?.set?.call(target, outer)
    },
  })
  if (outer !== undefined) before?.set?.call(target, outer)
}

const findProperty = (target: object, name: string): PropertyDescriptor | undefined => {
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, name)
    if (found !== undefined) return found
  }
  return undefined
}
