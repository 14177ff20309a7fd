/**
 * Whose turn it is to ask. A hub works on all questions it is asked at once, so that the first rows of a big store would wait for counts
 * of all of it: what counts waits until the first rows are there. And a count that takes long is asked for less often.
 */
import { createStore, useStore } from '../store.ts'

/** Pages without a stream have no first rows; nor has a hub that does not answer, after this many milliseconds. */
const PATIENCE_MS = 3000

const rowsShown = createStore(window.location.pathname !== '/')
setTimeout(() => rowsShown.set(true), PATIENCE_MS)

/** Told by whoever shows the first rows. */
export const firstRowsShown = (): void => rowsShown.set(true)

/** Whether what counts may ask. */
export const useTurn = (): boolean => useStore(rowsShown)

/** Milliseconds until a question is asked again whose last answer took this long: one page costs its hub a tenth at most. */
export const againAfter = (least: number, took: number): number => Math.max(least, 10 * took)
