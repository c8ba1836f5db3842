"""The access matrix: every page, API operation, export and command with its capability, and the proof that it holds.

`matrix.yaml` is the reviewed list. `python -m tests.access_matrix.update` writes missing rows; a reviewer reads the diff.
`test_complete.py` fails when code and list differ; `test_strangers.py` knocks at every door as somebody who must not enter.
"""
