/**
 * The token of a hub that others can reach. A person types it, or comes by an address that ends in `#token=…`: what is behind
 * `#` is never sent, and it is taken out of the address at once. Kept as long as the tab.
 */
const KEY = 'logboom.token'

const fromAddress = (): string | null => {
  const token = new URLSearchParams(window.location.hash.slice(1)).get('token')
  if (token !== null) window.history.replaceState(null, '', window.location.pathname + window.location.search)
  return token
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
