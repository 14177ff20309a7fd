"""A server on Python FastMCP as people write them: ctx logging, Rich on stderr, tracebacks, background work."""

import asyncio
import os
import sys

from fastmcp import Context, FastMCP
from fastmcp.utilities.logging import get_logger

mcp = FastMCP("python-fastmcp", version="4.4.4")
log = get_logger("app.work")


@mcp.tool
async def levels(ctx: Context) -> str:
    await ctx.debug("loading rows", extra={"n": 1})
    await ctx.info("rows loaded")
    await ctx.warning("nulls found", logger_name="core")
    await ctx.error("列 is missing", extra={"列": "价格", "nested": {"list": [1, None]}})
    for level in ("notice", "critical", "alert", "emergency"):
        await ctx.log(f"at {level}", level=level)
    return "ok"


@mcp.tool
async def rich_lines() -> str:
    log.info("a short line")
    log.warning("a long line that Rich wraps because it does not fit into the eighty columns it believes in " * 3)
    log.error("the last line")
    return "ok"


@mcp.tool
async def fails() -> str:
    raise ValueError("broken on purpose")


@mcp.tool
async def logs_traceback() -> str:
    try:
        {}["missing"]
    except KeyError:
        log.exception("could not look it up")
    return "ok"


@mcp.tool
async def plain_traceback() -> str:
    import traceback

    try:
        int("x")
    except ValueError:
        traceback.print_exc()
        sys.stderr.flush()
    return "ok"


@mcp.tool
async def work(mark: str, logs: int, ms: int, ctx: Context) -> str:
    for n in range(logs):
        await ctx.info(f"working on {mark}", extra={"mark": mark, "at": "during", "n": n})
        await asyncio.sleep(ms / 1000)
    return mark


@mcp.tool
async def crash() -> str:
    print("Fatal: out of cheese", file=sys.stderr, flush=True)
    os._exit(3)


mcp.run()
