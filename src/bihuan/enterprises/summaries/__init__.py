"""What is read over several records of a firm or of many."""

from bihuan.enterprises.summaries.history import Line, history_lines
from bihuan.enterprises.summaries.loop import LoopScore, loop_scores, loop_scores_by_supervisor

__all__ = ["Line", "LoopScore", "history_lines", "loop_scores", "loop_scores_by_supervisor"]
