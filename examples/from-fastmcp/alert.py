import asyncio
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

from fastmcp import Client, Context, FastMCP
from fastmcp.client.logging import LogMessage

mcp = FastMCP("shop")
posts: list[bytes] = []


class Slack(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        posts.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


slack = HTTPServer(("127.0.0.1", 0), Slack)
threading.Thread(target=slack.serve_forever, daemon=True).start()


@mcp.tool
async def bill(ctx: Context) -> str:
    for number in range(30):
        await ctx.error(f"card {number} refused")
    return "done"


async def log_handler(message: LogMessage) -> None:
    if message.level in ("error", "critical", "alert", "emergency"):
        urllib.request.urlopen(f"http://127.0.0.1:{slack.server_port}", data=message.data["msg"].encode())


async def main() -> None:
    async with Client(mcp, log_handler=log_handler) as client:
        await client.call_tool("bill")
    print(f"{len(posts)} posts for 1 call")


asyncio.run(main())
