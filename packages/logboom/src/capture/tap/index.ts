/** The tap around a stdio server. */
export { runTap, type TapSettings } from './tap.ts'
