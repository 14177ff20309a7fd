/** Level words as libraries write them in front of a line, as sources for regular expressions. */

/** In upper case a level word needs no mark around it. */
export const UPPER =
  '(?:TRACE|DEBUG|INFO|NOTICE|SUCCESS|WARNING|WARN|ERROR|CRITICAL|FATAL|ALERT|EMERGENCY|EMERG|SEVERE|CRIT|ERR)'

/** In lower case it needs brackets or a colon: `error handling is fine` is prose. */
export const LOWER =
  '(?:trace|debug|verbose|silly|info|notice|success|warning|warn|error|critical|fatal|alert|emerg)'

/** Within brackets any case will do. */
export const ANY = `(?:${UPPER}|${LOWER}|Trace|Debug|Info|Information|Notice|Warning|Warn|Error|Critical|Fatal)`
