/** Connecting one server or many, from any kind of target and any host's configuration. */
export { type ClientLogging, connect, loggingOf } from './connect.ts'
export {
  type ConnectAllOptions,
  type Connections,
  connectAll,
  type HostConfig,
  type Servers,
} from './connect-all.ts'
export { type TapOptions, tapServers } from './tap-servers.ts'
export type {
  AnyClient,
  CommandTarget,
  ConnectionSettings,
  ConnectOptions,
  InMemoryServer,
  Target,
  UrlTarget,
} from './types.ts'
