/** Lines that name a connection of the server's own that failed: refused, reset, unresolved, unreachable or timed out. */

const PHRASES = [
  // Node, libuv, Go's syscall names, Rust's `os error` texts.
  'E(?:CONNREFUSED|CONNRESET|CONNABORTED|NOTFOUND|AI_AGAIN|TIMEDOUT|HOSTUNREACH|NETUNREACH)',
  'UND_ERR_(?:CONNECT_TIMEOUT|SOCKET)',
  'connection (?:was )?(?:refused|reset)',
  'connection (?:attempt )?timed out',
  'connect(?:ion)? timeout',
  'socket hang up',
  'no such host',
  'getaddrinfo',
  '(?:temporary failure in )?name resolution',
  'name or service not known',
  'failed to lookup address',
  'no route to host',
  'network is unreachable',
  // aiohttp, httpx, requests, Go.
  'cannot connect to host',
  'all connection attempts failed',
  'max retries exceeded with url',
  'dial tcp',
]

const FAILED_CONNECTION = new RegExp(`\\b(?:${PHRASES.join('|')})\\b`, 'i')

/** The first line of a text that names such a connection. */
export const failedConnection = (text: string): string | undefined =>
  FAILED_CONNECTION.test(text) ? text.split('\n').find((line) => FAILED_CONNECTION.test(line)) : undefined
