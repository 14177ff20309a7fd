import asyncio
import logging
import sys

from fastmcp import Client, Context, FastMCP
from fastmcp.client.logging import LogMessage

mcp = FastMCP("shop")
LEVELS = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")
NUMBERS = {logging.getLevelName(number): number for number in range(10, 60, 10)}
logging.basicConfig(stream=sys.stdout, level=logging.DEBUG, format="%(levelname)s %(name)s %(message)s")
logging.getLogger().handlers[0].addFilter(lambda record: record.name == "shop")
logger = logging.getLogger("shop")


@mcp.tool
async def all_levels(ctx: Context) -> str:
    for level in LEVELS:
        await ctx.log(level, level=level)
    return "done"


async def log_handler(message: LogMessage) -> None:
    logger.log(NUMBERS[message.level.upper()], message.data["msg"])


async def main() -> None:
    async with Client(mcp, log_handler=log_handler) as client:
        await client.call_tool("all_levels")


asyncio.run(main())
