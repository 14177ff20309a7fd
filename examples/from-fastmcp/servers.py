import asyncio
import sys

from fastmcp import Client, Context, FastMCP
from fastmcp.client.logging import LogMessage


def serve() -> None:
    mcp = FastMCP("shop")

    @mcp.tool
    async def check(ctx: Context) -> str:
        await ctx.warning("disk nearly full")
        return "done"

    mcp.run(show_banner=False)


async def log_handler(message: LogMessage) -> None:
    print(message.logger, message.data["msg"])


async def main() -> None:
    server = {"command": sys.executable, "args": [__file__, "serve"]}
    async with Client({"mcpServers": {"berlin": server, "oslo": server}}, log_handler=log_handler) as client:
        await client.call_tool("berlin_check")
        await client.call_tool("oslo_check")


if "serve" in sys.argv:
    serve()
else:
    asyncio.run(main())
