import { connect } from '@logboom/sdk/client'
import { memorySink, through } from '@logboom/sdk/sink'
import { dedupe, filter, sample } from '@logboom/sdk/transform'

const kept = memorySink()
const client = await connect(new URL('./server.ts', import.meta.url), {
  sinks: [
    // In this order: no debug, one record for all repeats of a minute, and of the calls one in four.
    through([filter('level:>=info'), dedupe({ windowMs: 60_000 }), sample({ keep: 0.25 })], kept),
  ],
})
try {
  for (let number = 1; number <= 80; number++) await client.callTool({ name: 'order', arguments: { number } })
} finally {
  await client.close()
}

// A call is kept whole or not at all: its start, its two lines, its outcome. Errors are kept in any case.
const sizes = new Map<string, number>()
let errors = 0
for (const { level, message, call } of kept.records()) {
  if (level === 'error') errors += 1
  else if (call !== undefined && 'id' in call && message !== 'queue is long')
    sizes.set(call.id, (sizes.get(call.id) ?? 0) + 1)
}
console.log(sizes.size < 80 ? 'fewer than 80 calls' : 'all calls')
console.log(`${[...sizes.values()].filter((size) => size !== 4).length} in pieces, ${errors} errors`)
