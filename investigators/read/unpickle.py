"""Run as a script: read a pickle the user trusts and hand back the model text inside.

Arguments: the pickle, and a private folder that receives ``model.txt`` and ``result.json``
(``{"text": ..., "chain": [class names], "steps": [[name, class]], "classes": [...]}`` or
``{"error": words}``).  A pickle is a program: it runs here, in a process of its own, and whatever
it prints is dropped by whoever started it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

SUPPORTED = "a Booster, an LGBMModel, or a Pipeline or search that ends in one"


class NotAModelError(Exception):
    """What the pickle holds is no model of ours; its words may be shown."""


def _class(thing: Any) -> str:  # noqa: ANN401 - anything can be in a pickle
    return f"{type(thing).__module__}.{type(thing).__qualname__}"


def _booster(thing: Any, result: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
    """Find the Booster inside, noting the way to it."""
    result["chain"].append(_class(thing))
    # by name, so that lightgbm is imported only when the pickle itself asks for it
    kinds = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(thing).__mro__}
    if "lightgbm.basic.Booster" in kinds:
        return thing
    if "lightgbm.sklearn.LGBMModel" in kinds:
        if hasattr(thing, "classes_"):
            result["classes"] = [str(each) for each in thing.classes_]
        return thing.booster_
    if hasattr(thing, "best_estimator_"):
        return _booster(thing.best_estimator_, result)
    if getattr(thing, "steps", None):
        for name, step in thing.steps[:-1]:
            if step is not None and step != "passthrough":
                result["steps"].append([str(name), type(step).__name__])
        return _booster(thing.steps[-1][1], result)
    raise NotAModelError(f"it holds {_class(thing)}, not {SUPPORTED}")


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    import joblib

    result: dict[str, Any] = {"chain": [], "steps": [], "classes": []}
    text = _booster(joblib.load(path), result).model_to_string()
    return str(text), result


def main() -> None:
    """Do what the module says; a failure of any kind becomes words."""
    path, folder = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        text, result = _read(path)
        (folder / "model.txt").write_text(text, encoding="utf-8", newline="")
    except ModuleNotFoundError as error:
        result = {"error": f"it needs the Python module {error.name}, which is not installed"}
    except NotAModelError as error:
        result = {"error": str(error)}
    except Exception as error:  # noqa: BLE001 - a stranger's program can raise anything
        result = {"error": f"reading it failed with {type(error).__name__}"}
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main()
