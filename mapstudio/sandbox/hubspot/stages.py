"""The pipelines of a portal and their stages, and which of them a record may stand in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from mapstudio.sandbox.hubspot import shipped
from mapstudio.sandbox.hubspot.definitions import ObjectType, Option
from mapstudio.sandbox.hubspot.errors import Invalid

SINCE = "2024-02-01T09:00:00.000Z"
WON, LOST = "1.0", "0.0"


@dataclass
class Stage:
    """One stage of a pipeline; ``metadata`` says whether it is closed and how likely a deal in it is."""

    id: str
    label: str
    order: int
    metadata: dict[str, str]
    created: str = SINCE
    updated: str = SINCE
    archived: bool = False

    @property
    def closed(self) -> bool:
        """Whether nothing comes after it."""
        closed = self.metadata.get("isClosed") == "true" or self.metadata.get("ticketState") == "CLOSED"
        return closed or self.metadata.get("probability") in {WON, LOST}

    @property
    def won(self) -> bool:
        """Whether a deal in it is won."""
        return self.closed and self.metadata.get("probability") == WON


@dataclass
class Pipeline:
    """One pipeline with its stages by id."""

    id: str
    label: str
    order: int
    stages: dict[str, Stage] = field(default_factory=dict)
    created: str = SINCE
    updated: str = SINCE
    archived: bool = False

    def live(self) -> list[Stage]:
        """Return the stages that are not archived, in their order."""
        return sorted((stage for stage in self.stages.values() if not stage.archived), key=lambda stage: stage.order)


class Stages:
    """All pipelines of a portal, by object."""

    def __init__(self) -> None:
        self._pipelines: dict[str, dict[str, Pipeline]] = {}
        for name, found in shipped.pipelines().items():
            for order, entry in enumerate(found):
                pipeline = Pipeline(entry["id"], entry["label"], order)
                for place, stage in enumerate(entry["stages"]):
                    pipeline.stages[stage["id"]] = Stage(stage["id"], stage["label"], place, stage["metadata"])
                self.of(name)[pipeline.id] = pipeline

    def of(self, name: str) -> dict[str, Pipeline]:
        """Return the pipelines of an object, by id."""
        return self._pipelines.setdefault(name, {})

    def live(self, name: str) -> list[Pipeline]:
        """Return the pipelines of an object that are not archived, in their order."""
        return sorted(
            (pipeline for pipeline in self.of(name).values() if not pipeline.archived), key=lambda item: item.order
        )

    def stage(self, name: str, stage_id: str) -> Stage | None:
        """Return a stage of an object by its id."""
        return next((stage for stage in self._all(name) if stage.id == stage_id), None)

    def options(self, name: str) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
        """Return what the properties of pipeline and stage offer."""
        pipelines = self.live(name)
        stages = [stage for pipeline in pipelines for stage in pipeline.live()]
        return (
            tuple(Option(pipeline.id, pipeline.label, order) for order, pipeline in enumerate(pipelines)),
            tuple(Option(stage.id, stage.label, order) for order, stage in enumerate(stages)),
        )

    def settle(
        self, kind: ObjectType, kept: dict[str, str | None], held: Callable[[str], str | None]
    ) -> Invalid | None:
        """Fill in the pipeline that a new stage stands in by default; return why the two do not fit.

        Args:
            kind: The object.
            kept: The checked values of one write, by name.
            held: What the record holds beside them.
        """
        if kind.stage is None or not kept.keys() & {*kind.stage}:
            return None
        pipeline_name, stage_name = kind.stage
        stage = kept[stage_name] if stage_name in kept else held(stage_name)
        pipeline = kept[pipeline_name] if pipeline_name in kept else held(pipeline_name)
        pipelines = self.live(kind.name)
        if stage is None:
            return None
        if pipeline is None and pipelines:
            pipeline = kept[pipeline_name] = pipelines[0].id
        allowed = [each.id for found in pipelines if found.id == pipeline for each in found.live()]
        if stage in allowed:
            return None
        # As recorded in public code for a deal.
        options = f"pipelineId={pipeline} : [{', '.join(allowed)}]"
        message = f"{stage} is not a valid pipeline stage ID. Valid options are: {options}"
        return Invalid(stage_name, "INVALID_OPTION", message, stage)

    def _all(self, name: str) -> Iterator[Stage]:
        for pipeline in self.of(name).values():
            yield from pipeline.stages.values()


def new_id(known: Mapping[str, object], asked: str) -> str:
    """Return the id that a new pipeline or stage gets: the one asked for, or one of the system's own."""
    return asked if asked and asked not in known else str(uuid4())
