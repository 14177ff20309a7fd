/**
 * Places where a test kills the process, to see that nothing is lost there. In a normal build there are none: the build puts
 * nothing in the place of `process.env.LOGBOOM_TEST_BUILD` (see `tsdown.config.ts`), and what follows is dead code.
 * (Not the imported `process`: the build knows that one by another name.)
 */

let passed = 0

/** Kills the process when `LOGBOOM_FAILPOINT` is this name, or `name:N` and it is passed for the Nth time. */
export const failpoint = (name: string): void => {
  if (process.env.LOGBOOM_TEST_BUILD !== '1') return
  const [chosen, count = '1'] = (process.env.LOGBOOM_FAILPOINT ?? '').split(':')
  if (chosen !== name) return
  passed++
  if (passed >= Number(count)) process.kill(process.pid, 'SIGKILL')
}
