import asyncio

from fastmcp import Client, Context, FastMCP
from fastmcp.client.logging import LogMessage

mcp = FastMCP("shop")


@mcp.tool
async def stock(ctx: Context) -> str:
    await ctx.info("counted", extra={"items": 12})
    # What a server that is not FastMCP sends: `data` may be any JSON.
    await ctx.session.send_log_message(level="error", data="shelf is empty")
    await ctx.session.send_log_message(level="error", data={"shelf": 4})
    return "done"


async def log_handler(message: LogMessage) -> None:
    text = message.data["msg"]
    extra = message.data.get("extra") or {}
    print(message.level, text, extra)


async def main() -> None:
    async with Client(mcp, log_handler=log_handler) as client:
        await client.call_tool("stock")


asyncio.run(main())
