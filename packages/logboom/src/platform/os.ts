/** Which operating system this is, as far as Logboom tells them apart. */
import { hostname } from 'node:os'
import process from 'node:process'

/** `linux` has /proc; `darwin` stands for every other Unix, asked through `ps`; `win32` is Windows. */
export type Os = 'linux' | 'darwin' | 'win32'

export const currentOs = (platform: string = process.platform): Os =>
  platform === 'win32' ? 'win32' : platform === 'linux' || platform === 'android' ? 'linux' : 'darwin'

/** Name of this machine, for `record.host`. */
export const hostName = (): string => hostname()
