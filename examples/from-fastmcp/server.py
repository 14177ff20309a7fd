import asyncio

from fastmcp import Client, Context, FastMCP

mcp = FastMCP("shop")


class Order:
    def __init__(self, number: int) -> None:
        self.number = number


@mcp.tool
async def pay(ctx: Context) -> str:
    await ctx.debug("starting")
    await ctx.warning("card expires soon", extra={"days": 3})
    # Levels beyond the four methods, and the logger's name, go through `log`.
    await ctx.log("paid", level="notice", logger_name="till", extra={"order": Order(17)})
    return "paid"


async def main() -> None:
    async with Client(mcp) as client:
        result = await client.call_tool("pay", raise_on_error=False)
        print("failed" if result.is_error else "ok")


asyncio.run(main())
