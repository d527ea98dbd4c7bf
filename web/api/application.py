"""The API as an application of its own below /api/v1: one door to every operation, problems as RFC 9457 says."""

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from casework import api_tokens, attempts
from casework.attempts import WRONG_TOKEN
from config import clock
from config.database import reading_scope, session_scope
from config.settings import settings
from rules.errors import Refused
from rules.half_terms import CalendarExhausted
from web.api.shapes import Problem
from web.reads import keep_reads
from web.routes import RULES, Rule, Who
from web.visitors import client_of

STEM = "/api/v1"
PROBLEM = "application/problem+json"
PROBLEMS: dict[str, Any] = {
    "description": "What went wrong, in a sentence.",
    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
STATUS = {"commission": 202}
bearer = HTTPBearer(auto_error=False, description="A token from `sib api-token make`.")


def api() -> FastAPI:
    """The application, from the rules of the table that are the API's."""
    made = FastAPI(title="School Improvement Board", version="1", docs_url=None, redoc_url=None, openapi_url=None)
    for rule in RULES:
        if rule.who is Who.API:
            module, _, name = rule.page.rpartition(".")
            made.add_api_route(
                rule.path.removeprefix(STEM),
                getattr(import_module(f"web.{module}"), name),
                methods=list(rule.methods),
                status_code=STATUS.get(name, 200),
                dependencies=[Depends(_door(rule))],
                responses={"default": PROBLEMS},
                operation_id=name,
            )
    made.add_exception_handler(HTTPException, _http)
    made.add_exception_handler(RequestValidationError, _invalid)
    made.add_exception_handler(Refused, _refused)
    made.add_exception_handler(CalendarExhausted, _refused)
    return made


def document(made: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the application."""
    found = get_openapi(
        title=made.title,
        version=made.version,
        routes=made.routes,
        description="Cases, priorities, outbox and Fund for other programs; commissioning and answers.",
        servers=[{"url": STEM}],
    )
    found["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    return found


def _door(rule: Rule) -> Callable[..., Awaitable[None]]:
    async def knock(request: Request, given: HTTPAuthorizationCredentials | None = Depends(bearer)) -> None:  # noqa: B008
        request.state.largest = rule.largest or settings().largest_form
        found = await run_in_threadpool(_token, given.credentials) if given is not None else None
        if found is None:
            if not await run_in_threadpool(_within, client_of(request)):
                raise HTTPException(429, "Too many wrong tokens: wait ten minutes.")
            raise HTTPException(401, "Send a token of the API as bearer.", {"WWW-Authenticate": "Bearer"})
        request.state.actor = f"api-token:{found[0]}"
        if not rule.may(request.method, frozenset({found[1]})):
            raise HTTPException(403, "The role of this token does not include that.")
        await keep_reads(rule, request, Response(status_code=200), request.state.actor)

    return knock


def _token(text: str) -> tuple[int, Any] | None:
    with session_scope() as session:
        return api_tokens.find(session, text, now=clock.now())


def _within(client: str) -> bool:
    key, now = settings().link_key(), clock.now()
    with reading_scope() as session:
        if attempts.too_many(session, WRONG_TOKEN, client, key=key, now=now):
            return False
    with session_scope() as session:
        return attempts.count(session, WRONG_TOKEN, client, key=key, now=now)


def _problem(status: int, title: str, detail: str, headers: Any = None, errors: Any = None) -> Response:
    said = Problem(title=title, status=status, detail=detail, errors=errors)
    return JSONResponse(
        said.model_dump(exclude_none=True), status_code=status, media_type=PROBLEM, headers=dict(headers or {})
    )


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _problem(error.status_code, "The request was not carried out", str(error.detail), error.headers)


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    listed = [{"field": ".".join(map(str, one["loc"])), "said": str(one["msg"])} for one in error.errors()]
    first = listed[0] if listed else {"field": "", "said": "it cannot be read"}
    return _problem(422, "The request is not filled in rightly", f"{first['field']}: {first['said']}.", errors=listed)


async def _refused(_request: Request, error: Exception) -> Response:
    return _problem(409, "Refused", str(error))
