"""What migrations do."""

from typing import Any

from django.contrib.postgres.operations import CreateExtension


class VecextExtension(CreateExtension):
    """Creates extension vecext."""

    def __init__(self, **options: Any) -> None:
        super().__init__("vecext", **options)


class VectorExtension(CreateExtension):
    """Creates extension vector, the name under which pgvector's migrations know the types; with vecext installed it stands for that."""

    def __init__(self, **options: Any) -> None:
        super().__init__("vector", **options)
