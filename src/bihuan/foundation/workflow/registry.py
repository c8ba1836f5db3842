"""Every loop of the system, for documentation, property tests and the API."""

from __future__ import annotations

from bihuan.foundation.workflow.flow import Flow

_flows: dict[str, Flow] = {}


def register_flow(flow: Flow) -> None:
    """Make a loop known; called in the app's ready()."""
    _flows[flow.name] = flow


def flows() -> dict[str, Flow]:
    """All loops by name."""
    return dict(_flows)
