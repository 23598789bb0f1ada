"""READ for the command line: Compose files on disk, with all that they name, made ready for the translator."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace

from composeapp.compose.findings import located
from composeapp.input_file import judge_name, judge_namespace
from composeapp.plan import App, Plan
from composeapp.problems import InvalidDocumentError, Problem
from composeapp.project.load import LoadedProject, Reading, Request
from composeapp.settings import Settings
from composeapp.translate import names, support
from composeapp.translate.app import translate


class ProjectInput:
    """
    One project as its files describe it.

    Raises:
        UnreadableFileError: if a file cannot be read, or there is none.

    """

    def __init__(self, request: Request, *, name: str | None, namespace: str | None) -> None:
        self._reading = Reading(replace(request, environment=dict(os.environ)))
        self._name = name
        self._namespace = namespace or "default"

    @property
    def texts(self) -> Mapping[str, str]:
        """What is written in each file, by the name that positions have."""
        return {self._reading.shown(file): text for file, text in self._reading.texts.items()}

    def translated(self, settings: Settings) -> Plan:
        """
        Parse and translate; the Plan's warnings are those of both.

        Raises:
            InvalidDocumentError: with problems and warnings as the files' author sees them.
            UnreadableFileError: if a file cannot be read.

        """
        try:
            loaded = self._reading.load(judge=support.judge({}))
            plan = self._translated(loaded, settings)
        except InvalidDocumentError as error:
            raise InvalidDocumentError(self._shown(error.problems), self._shown(error.warnings)) from error
        return replace(plan, warnings=self._shown(plan.warnings))

    def _translated(self, loaded: LoadedProject, settings: Settings) -> Plan:
        title = self._name or names.project_name(loaded.name)
        judge_name(title, ())
        judge_namespace(self._namespace, ())
        try:
            plan = translate(loaded.document, App(title, self._namespace), settings)
        except InvalidDocumentError as error:
            problems = located(error.problems, loaded.sources)
            raise InvalidDocumentError(
                problems, (*loaded.warnings, *located(error.warnings, loaded.sources))
            ) from error
        return replace(plan, warnings=(*loaded.warnings, *located(plan.warnings, loaded.sources)))

    def _shown(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        return tuple(self._with_file(problem) for problem in problems)

    def _with_file(self, problem: Problem) -> Problem:
        position = problem.position
        if position is None or not position.file:
            return problem
        return replace(problem, position=replace(position, file=self._reading.shown(position.file)))
