import asyncio
import pathlib
import sys

from fastmcp import Client, FastMCP
from fastmcp.client.logging import LogMessage

heard: list[str] = []


def serve() -> None:
    mcp = FastMCP("shop")

    @mcp.tool
    def convert() -> str:
        print("half way", flush=True)
        print("ERROR: ink is low", file=sys.stderr, flush=True)
        return "done"

    mcp.run(show_banner=False)


async def log_handler(message: LogMessage) -> None:
    heard.append(message.data["msg"])


async def main() -> None:
    server = {"command": sys.executable, "args": [__file__, "serve"], "log_file": "shop.log"}
    async with Client({"mcpServers": {"shop": server}}, log_handler=log_handler) as client:
        await client.call_tool("convert")
    print(f"heard {len(heard)}, file: {pathlib.Path('shop.log').exists()}")


if "serve" in sys.argv:
    serve()
else:
    asyncio.run(main())
