"""Every recipe, one file each, by name."""

from __future__ import annotations

import importlib
import pkgutil

from training.errors import TrainingError
from training.recipe import Recipe


def recipe_names() -> list[str]:
    """Return the names of all recipes, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def load_recipe(name: str) -> Recipe:
    """Return a recipe by its name; TrainingError, with the names at hand, where there is none."""
    if name not in recipe_names():
        raise TrainingError(f"expected a recipe among {', '.join(recipe_names())}, got {name!r}")
    recipe: Recipe = importlib.import_module(f"{__name__}.{name}").RECIPE
    return recipe
