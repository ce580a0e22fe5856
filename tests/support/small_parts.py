"""The parts that small designs are written with, and the rules by their code."""

from mlsd_course.design import RULES, Component, Flow

BY_CODE = {rule.code: rule for rule in RULES}


def part(name, layer="ml", role="serving", **told):
    """A serving component, unless told otherwise."""
    return Component(name, layer=layer, role=role, **{"does": "answers one call"} | told)


def api(**told):
    """The API where requests come in."""
    return part("api", "application", "api", **told)


def call(source, target, **told):
    """A sync flow."""
    return Flow(f"{source} calls {target}", source=source, target=target, kind="sync", **told)


def move(source, target, **told):
    """An async flow."""
    return Flow(f"{source} to {target}", source=source, target=target, kind="async", **told)
