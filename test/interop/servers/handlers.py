"""Python FastMCP's client with the log handlers its documentation shows, unchanged. Prints what each got, one JSON line each.

    python handlers.py legacy|auto URL
    python handlers.py legacy|auto COMMAND ARG...
"""

import asyncio
import json
import logging
import sys

from fastmcp import Client
from fastmcp.client.logging import LogMessage
from fastmcp.client.transports import StdioTransport

logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
logger = logging.getLogger(__name__)
LOGGING_LEVEL_MAP = logging.getLevelNamesMapping()

seen = []
failed = []


async def log_handler(message: LogMessage):
    """From the documentation: forwards to Python's logging."""
    msg = message.data.get("msg")
    extra = message.data.get("extra")

    level = LOGGING_LEVEL_MAP.get(message.level.upper(), logging.INFO)
    logger.log(level, msg, extra=extra)


async def structured_log_handler(message: LogMessage):
    """From the documentation: one flat object."""
    data = message.data
    entry = {
        "level": message.level,
        "logger": message.logger,
        "msg": data.get("msg"),
        **data.get("extra", {}),
    }
    seen.append(entry)


async def both(message: LogMessage):
    for handler in (log_handler, structured_log_handler):
        try:
            await handler(message)
        except Exception as error:
            failed.append(f"{handler.__name__}: {error!r}")


async def main() -> None:
    mode, target, *args = sys.argv[1:]
    transport = target if target.startswith("http") else StdioTransport(target, args)
    async with Client(transport, log_handler=both, mode=mode) as client:
        await client.call_tool("levels", {})
        await client.call_tool("fields", {})
    print(json.dumps({"seen": seen, "failed": failed}))


asyncio.run(main())
