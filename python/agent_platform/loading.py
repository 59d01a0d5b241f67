"""Loads agents: from a folder, from a file, or one class by its name."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

from .base_agent import BaseAgent
from .declaration import declaration_of
from .errors import InvalidAgentError
from .traces import described, trace_of

Agents = dict[str, type]


def load_agents(target: str) -> Agents:
    """The agents of a target, by name.

    A target is a folder with an ``agent.py``, a Python file, or ``module.path:ClassName``, where a path to a file may
    stand for the module. Modules are looked for in the interpreter's packages and in the working directory.
    Raises InvalidAgentError naming the file and the reason.
    """
    source, separator, class_name = target.rpartition(":")
    if separator and class_name.isidentifier():
        module = _module_of(source)
        classes = [_class_in(module, class_name, target)]
    else:
        module = _module_of(target)
        classes = _agent_classes(module, target)
    return _by_name(classes, str(getattr(module, "__file__", None) or target))


def _module_of(source: str) -> ModuleType:
    path = Path(source)
    if path.is_dir():
        path = path / "agent.py"
        if not path.is_file():
            raise InvalidAgentError(f"{source} has no agent.py")
    if path.suffix == ".py":
        return _module_at(path)
    if "/" in source or not all(part.isidentifier() for part in source.split(".")):
        raise InvalidAgentError(f"{source} is no folder, no Python file and no module")
    sys.path.append(os.getcwd())
    return _imported(source, source)


def _module_at(path: Path) -> ModuleType:
    """Imports by name with its folder on the path, so that neighbours, pickling and multiprocessing find it too."""
    path = path.resolve()
    if not path.is_file():
        raise InvalidAgentError(f"{path} does not exist")
    if not path.stem.isidentifier():
        raise InvalidAgentError(f"{path} can't be imported: rename it to letters, digits and _")
    folder, name = path.parent, path.stem
    sys.path.insert(0, str(folder))
    if (folder / "__init__.py").is_file():
        sys.path.insert(0, str(folder.parent))
        name = f"{folder.name}.{name}"
    return _imported(name, str(path))


def _imported(name: str, origin: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        hint = " Are its requirements installed (python3 python/install.py)?"
        raise InvalidAgentError(
            f"{origin} could not be loaded: {described(error)}.{hint}", trace_of(error)
        ) from error
    except BaseException as error:  # what an agent's module raises is its own, SystemExit too
        raise InvalidAgentError(
            f"{origin} could not be loaded: {described(error)}", trace_of(error)
        ) from error


def _class_in(module: ModuleType, name: str, target: str) -> type:
    """A class that is named needs no base class: old agents come as they are."""
    found = getattr(module, name, None)
    if not isinstance(found, type):
        raise InvalidAgentError(f"{target}: {module.__name__} has no class {name}")
    if not callable(getattr(found, "run", None)):
        raise InvalidAgentError(f"{target}: {name} has no run()")
    return found


def _agent_classes(module: ModuleType, target: str) -> list[type]:
    classes = [
        member
        for member in vars(module).values()
        if isinstance(member, type)
        and issubclass(member, BaseAgent)
        and member.__module__ == module.__name__
        and hasattr(member, "name")
    ]
    if not classes:
        origin = module.__file__ or target
        raise InvalidAgentError(
            f"{origin} defines no class with a name that extends agent_platform.BaseAgent"
        )
    return classes


def _by_name(classes: list[type], origin: str) -> Agents:
    agents: Agents = {}
    for agent in classes:
        try:
            name = declaration_of(agent)["name"]
        except InvalidAgentError as error:
            raise InvalidAgentError(f"{origin}: {error}") from None
        other = agents.setdefault(name, agent)
        if other is not agent:
            raise InvalidAgentError(f"{origin}: {other.__name__} and {agent.__name__} are both named {name}")
    return agents
