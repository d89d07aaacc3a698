"""A plugin of pytest that puts one mutant into a module as it is imported."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import json
import os
import sys
from pathlib import Path

from tests.proofs.mutants import compiled, mutants_of

# In the environment: the path of the module and the name of the mutant, as JSON.
MUTANT = "PROOF_MUTANT"


class Finder(importlib.abc.MetaPathFinder):
    """Finds the one module, and loads it with the mutant in it."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        source = path.read_text(encoding="utf-8")
        [self._mutant] = [each for each in mutants_of(source) if each.name == name]

    def find_spec(self, fullname, path, target=None):
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin != str(self._path):
            return None
        spec.loader = Loader(self._path, self._mutant)
        return spec


class Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, path, mutant) -> None:
        super().__init__("", str(path))
        self._mutant = mutant

    def exec_module(self, module) -> None:
        exec(compiled(Path(self.path), self._mutant), module.__dict__)

    def get_code(self, fullname):
        return compiled(Path(self.path), self._mutant)


if os.environ.get(MUTANT):
    _path, _name = json.loads(os.environ[MUTANT])
    sys.meta_path.insert(0, Finder(Path(_path), _name))
