import asyncio
import random

from fastmcp import Client, Context, FastMCP
from fastmcp.client.logging import LogMessage

mcp = FastMCP("shop")
random.seed(7)
kept: dict[int, int] = {}


@mcp.tool
async def order(number: int, ctx: Context) -> str:
    for step in range(4):
        await ctx.info("step", extra={"order": number, "step": step})
    return "done"


async def log_handler(message: LogMessage) -> None:
    if random.random() < 0.5:
        number = message.data["extra"]["order"]
        kept[number] = kept.get(number, 0) + 1


async def main() -> None:
    async with Client(mcp, log_handler=log_handler) as client:
        for number in range(20):
            await client.call_tool("order", {"number": number})
    pieces = sum(1 for count in kept.values() if count < 4)
    print(f"{pieces} calls in pieces")


asyncio.run(main())
