"""
CONVERT: a project on somebody's disk → one ComposeApp that needs no disk.

::

    project.load ─► secrets: which values stay out ─► lowering: one step for each thing that only a disk knows
                 ─► short_forms ─► resource ─► YAML

Each step takes the document as plain values, in long form, and says what it had to decide.
"""
