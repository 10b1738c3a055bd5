"""What the protected resources hold: queues, recipes and lists, apart for each user."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping
from itertools import count


class Kitchen:
    """The data of all users, in memory only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: defaultdict[str, dict[int, None]] = defaultdict(dict)
        self._recipes: dict[tuple[str, int], dict[str, object]] = {}
        self._list_ids = count(1)

    def queue(self, user_id: str) -> list[int]:
        """Return the recipes in a user's queue, in the order in which they were added."""
        with self._lock:
            return list(self._queues[user_id])

    def enqueue(self, user_id: str, recipe_id: int) -> None:
        """Put a recipe into a queue, once."""
        with self._lock:
            self._queues[user_id][recipe_id] = None

    def dequeue(self, user_id: str, recipe_id: int) -> None:
        """Take a recipe out of a queue, if it is there."""
        with self._lock:
            self._queues[user_id].pop(recipe_id, None)

    def recipe(self, user_id: str, recipe_id: int) -> dict[str, object]:
        """Return a recipe as the user sees it."""
        with self._lock:
            changed = self._recipes.get((user_id, recipe_id), {})
        return {"title": f"Recipe {recipe_id}", **changed, "recipe_id": recipe_id}

    def change(self, user_id: str, recipe_id: int, values: Mapping[str, object]) -> None:
        """Set new values in a recipe."""
        with self._lock:
            recipe = self._recipes.setdefault((user_id, recipe_id), {})
            recipe.update(values)

    def new_list(self) -> int:
        """Make an empty list and return its number."""
        with self._lock:
            return next(self._list_ids)
