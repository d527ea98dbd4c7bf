"""One function changes a message's state: read from the source, because a second one would work until it did not."""

import ast

from tests.architecture.test_habits import shown, sources, tree

THE_ONE = "casework/outbox.py"


def test_nobody_else_writes_to_messages_in_sql() -> None:
    writing = ("sa.update(Message)", "update(Message)", "sa.delete(Message)", "delete(Message)")
    offenders = {
        shown(file): node.lineno
        for file in sources()
        if shown(file) != THE_ONE
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call) and ast.unparse(node).startswith(writing) and "state" in ast.unparse(node)
    }
    assert offenders == {}


def test_nobody_assigns_a_messages_state() -> None:
    offenders = [
        f"{shown(file)}:{node.lineno}"
        for file in sources()
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
        and node.value is not None
        and "MessageState." in ast.unparse(node.value)
        and any(
            isinstance(target, ast.Attribute) and target.attr == "state"
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        )
    ]
    assert offenders == []


def test_the_one_function_guards_by_the_table() -> None:
    body = ast.unparse(tree(sources("casework")[[shown(f) for f in sources("casework")].index(THE_ONE)]))
    assert body.count("sa.update(Message).where(sa.or_(*(Message.state == before for before in sources(to)))") == 1
    assert body.count("state=to") == 1
