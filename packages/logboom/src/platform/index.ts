/** The only place that knows the operating system: paths, files, processes, signals, the standard pipes. */
export { makePrivateDirectory, PRIVATE_DIRECTORY, PRIVATE_FILE } from './files.ts'
export { type HomeSettings, homeDirectory } from './home.ts'
export { killTree, survivors } from './kill-tree.ts'
export { currentOs, hostName, type Os } from './os.ts'
export { isAlive, type ProcessEntry, processStart, processTree } from './processes.ts'
export { type Ending, endLike, forwardedSignals, typedAtTerminal } from './signals.ts'
export { type ServerProcess, spawnServer } from './spawn.ts'
export { createOutlet, type Outlet, standardInput, standardOutlet } from './stdio.ts'
