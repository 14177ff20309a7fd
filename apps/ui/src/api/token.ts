/**
 * The token of a hub that others can reach. A person types it, or comes by an address that ends in `#token=…`: what is behind
 * `#` is never sent, and it is taken out of the address at once. Kept as long as the tab.
 */
const KEY = 'logboom.token'

const fromAddress = (): string | null => {
  const written = /^#token=(.*)$/.exec(window.location.hash)?.[1]
  if (written === undefined) return null
  window.history.replaceState(null, '', window.location.pathname + window.location.search)
  try {
    // Not as a form would: a plus is a plus.
    return decodeURIComponent(written)
  } catch {
    return written
  }
}

const read = (): string | null => {
  try {
    return sessionStorage.getItem(KEY)
  } catch {
    return null
  }
}

let token = fromAddress() ?? read()

/** The headers of a request. */
export const authorization = (): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` }

/** From now on; null forgets it. */
export const setToken = (next: string | null): void => {
  token = next
  try {
    if (next === null) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, next)
  } catch {
    // Storage is forbidden: the token lasts as long as the page.
  }
}

if (token !== null) setToken(token)
