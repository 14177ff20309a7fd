/** What a command says, too, before it has opened any file. */
import { LogboomError } from '@logboom/sdk/errors'

/** Files are read as they are now. */
export const noFollowing = (): LogboomError =>
  new LogboomError('LB_USAGE', 'log files are read once, and not followed', {
    hint: "Leave --follow or --file out; 'logboom tail -f' follows what is captured.",
  })
