"""The API's OpenAPI document, for whoever writes a program against it."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from web.api.application import document


async def openapi(request: Request) -> Response:
    """The document, made from the models that serve."""
    return JSONResponse(document(request.app.state.api))
