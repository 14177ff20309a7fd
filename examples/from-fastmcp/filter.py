import asyncio

from fastmcp import Client, Context, FastMCP
from fastmcp.client.logging import LogMessage

mcp = FastMCP("shop")


@mcp.tool
async def sync(ctx: Context) -> str:
    await ctx.info("row copied")
    await ctx.error("row refused")
    return "done"


async def log_handler(message: LogMessage) -> None:
    print(message.level, message.data["msg"])


async def main() -> None:
    async with Client(mcp, log_handler=log_handler) as client:
        try:
            await client.set_logging_level("warning")
        except RuntimeError:
            print("not in this era")
        await client.call_tool("sync")


asyncio.run(main())
