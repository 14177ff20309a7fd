import asyncio

from fastmcp import Client, Context, FastMCP
from fastmcp.client.logging import LogMessage
from prometheus_client import Counter, start_http_server

mcp = FastMCP("shop")
received = Counter("mcp_logs", "Logs received", ["level", "logger"])


@mcp.tool
async def sell(ctx: Context) -> str:
    await ctx.info("sold")
    return "done"


async def log_handler(message: LogMessage) -> None:
    received.labels(message.level, message.logger).inc()


async def main() -> None:
    start_http_server(9464)
    async with Client(mcp, log_handler=log_handler) as client:
        await client.call_tool("sell")


asyncio.run(main())
