/**
 * Variables in configurations, as the hosts write them: `${VAR}`, `${VAR:-default}`, `${env:VAR}`, `${userHome}`,
 * `${workspaceFolder}`, `${workspaceFolderBasename}`, `${pathSeparator}`. What is not set, and whatever else stands in
 * `${…}`, stays as it is written.
 */
import path from 'node:path'

export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>
  /** The folder that `${workspaceFolder}` and relative paths mean. */
  folder: string
}

const VARIABLE = /\$\{(env:)?([^{}:]+)(?::-([^{}]*))?\}/g

/**
 * Puts values in the place of variables.
 * @example expand('${env:TOKEN}/${PORT:-80}', { env: { TOKEN: 't' }, folder: '/w' }) // 't/80'
 */
export const expand = (text: string, { env, folder }: Surroundings): string => {
  const places: Record<string, string | undefined> = {
    userHome: env.HOME ?? env.USERPROFILE,
    workspaceFolder: folder,
    workspaceFolderBasename: path.basename(folder),
    pathSeparator: path.sep,
    '/': path.sep,
  }
  return text.replace(VARIABLE, (written, prefix: string | undefined, name: string, fallback?: string) => {
    if (prefix === undefined && Object.hasOwn(places, name)) return places[name] ?? written
    const value = Object.hasOwn(env, name) ? env[name] : undefined
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value
    return value ?? written
  })
}
