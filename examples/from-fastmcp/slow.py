import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from fastmcp import Client, Context, FastMCP
from fastmcp.client.logging import LogMessage

mcp = FastMCP("shop")
pool = ThreadPoolExecutor(max_workers=4)
written: list[str] = []


@mcp.tool
async def audit(ctx: Context) -> str:
    for number in range(40):
        await ctx.info(f"line {number}")
    return "done"


def write(text: str) -> None:
    time.sleep(0.2)  # A database that takes its time.
    written.append(text)


async def log_handler(message: LogMessage) -> None:
    await asyncio.get_running_loop().run_in_executor(pool, write, message.data["msg"])


async def main() -> None:
    async with Client(mcp, log_handler=log_handler) as client:
        await client.call_tool("audit")
    pool.shutdown()
    print(f"{len(written)} of 40")


asyncio.run(main())
