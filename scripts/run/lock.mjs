/**
 * One at a time across processes: a file that names its holder's pid, made by a hard link. A holder that was killed leaves
 * it behind; who finds no such process takes it over.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const POLL_MS = 200

/** Makes the file with its content in one step: a reader never finds it empty. */
const take = (file) => {
  const draft = `${file}.${process.pid}.draft`
  writeFileSync(draft, String(process.pid))
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

const holder = (file) => {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return 0
  }
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Moves a dead holder's file away. Only one of many wins the rename; one that caught a live file puts it back. */
const bury = (file, dead) => {
  const grave = `${file}.${process.pid}`
  try {
    renameSync(file, grave)
  } catch {
    return
  }
  if (holder(grave) !== dead) renameSync(grave, file)
  else rmSync(grave, { force: true })
}

/** Runs `work` while no other process does; says so when it has to wait. */
export const withLock = async (file, say, work) => {
  mkdirSync(path.dirname(file), { recursive: true })
  let told = false
  while (!take(file)) {
    const pid = holder(file)
    if (pid > 0 && !isAlive(pid)) {
      bury(file, pid)
      continue
    }
    if (!told) say(`another run (pid ${pid}) is installing or building; waiting for it.`)
    told = true
    await wait(POLL_MS)
  }
  const release = () => rmSync(file, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.removeListener('exit', release)
    release()
  }
}
