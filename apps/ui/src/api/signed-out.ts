/** Whether the hub wants a token that it was not given: so says any answer, also of a hub that got its token meanwhile. */
import { createStore, useStore } from '../store.ts'

const signedOut = createStore(false)

/** Told of every answer's status. */
export const heardStatus = (status: number): void => {
  if (status === 401) signedOut.set(true)
}

/** Told when a token was taken. */
export const signedIn = (): void => signedOut.set(false)

export const useSignedOut = (): boolean => useStore(signedOut)
