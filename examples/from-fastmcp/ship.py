import asyncio
import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

from fastmcp import Client, Context, FastMCP
from fastmcp.client.logging import LogMessage

mcp = FastMCP("shop")
requests = 0
stored = 0


class Elasticsearch(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        global requests, stored
        requests += 1
        busy = requests <= 5
        stored += 0 if busy else 1
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(503 if busy else 201)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


receiver = HTTPServer(("127.0.0.1", 0), Elasticsearch)
threading.Thread(target=receiver.serve_forever, daemon=True).start()


@mcp.tool
async def audit(ctx: Context) -> str:
    for number in range(40):
        await ctx.info(f"line {number}")
    return "done"


async def log_handler(message: LogMessage) -> None:
    body = json.dumps({"level": message.level, "message": message.data["msg"]}).encode()
    url = f"http://127.0.0.1:{receiver.server_port}/mcp-logs/_doc"
    urllib.request.urlopen(urllib.request.Request(url, body, {"content-type": "application/json"}))


async def main() -> None:
    async with Client(mcp, log_handler=log_handler) as client:
        await client.call_tool("audit")
    print(f"{stored} of 40 stored in {requests} requests")


asyncio.run(main())
