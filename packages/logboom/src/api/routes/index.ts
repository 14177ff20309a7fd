/** The table of routes: the router and the OpenAPI document are made from it. */
import type { Route } from '../route.ts'
import { calls } from './calls.ts'
import { counts } from './counts.ts'
import { records } from './records.ts'
import { serverRoutes } from './servers.ts'
import { store } from './store.ts'
import { tail } from './tail.ts'

export const ROUTES: readonly Route[] = [...records, tail, ...counts, ...calls, ...serverRoutes, ...store]
