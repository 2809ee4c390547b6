"""Why a customer has its grade: typed explanations, sentences, one line for lists, and the way to the next grade."""

from fenji.engine.explain.explanation import Explanation, explain
from fenji.engine.explain.path import path_up, paths_up
from fenji.engine.explain.summary import summaries
from fenji.engine.explain.tell import told
from fenji.engine.explain.trace import restored
from fenji.engine.explain.ways import Path, Way

__all__ = ["Explanation", "Path", "Way", "explain", "path_up", "paths_up", "restored", "summaries", "told"]
