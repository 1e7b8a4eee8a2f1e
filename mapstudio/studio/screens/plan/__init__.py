"""The plan screen: what an apply would do, record by record, and the apply itself."""

from mapstudio.studio.screens.plan.screen import PlanScreen

__all__ = ["PlanScreen"]
