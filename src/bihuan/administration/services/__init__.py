"""Writes of administration: every one checks the actor's right at the organisation concerned."""

from .accounts import close_account, create_account, remove_factor, reopen_account, reset_password
from .appointments import appoint, dismiss, hand_over, lacking, name_deputy
from .organisations import close_node, create_node, move_node

__all__ = [
    "appoint", "close_account", "close_node", "create_account", "create_node", "dismiss", "hand_over", "lacking", "move_node",
    "name_deputy", "remove_factor", "reopen_account", "reset_password",
]  # fmt: skip
