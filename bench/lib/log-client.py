# FastMCP for Python receiving logs: `log-client.py COUNT SERVER NODE`. As log-client.mjs: a warm-up, then COUNT records that a handler counts; prints
# what each cost this process in CPU microseconds.
import asyncio
import json
import sys
import time

from fastmcp import Client
from fastmcp.client.transports import StdioTransport

count, server, node = int(sys.argv[1]), sys.argv[2], sys.argv[3]
received = 0


async def on_log(message):
    global received
    received += 1


async def flood(client, n):
    global received
    received = 0
    await client.call_tool("flood", {"count": n})
    until = time.monotonic() + 20
    while received < n and time.monotonic() < until:
        await asyncio.sleep(0.001)


async def main():
    async with Client(StdioTransport(node, [server]), log_handler=on_log) as client:
        await flood(client, 500)
        before = time.process_time()
        await flood(client, count)
        us = (time.process_time() - before) / count * 1e6
        print(json.dumps({"us": us, "received": received}))


asyncio.run(main())
