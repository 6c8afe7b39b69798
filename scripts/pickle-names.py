"""Lists the classes that a Python package defines, as pickles may name them: `python3 scripts/pickle-names.py DIR...`.

Reads the source of unpacked wheels, imports nothing. One line for each first sub-package; several versions are joined,
because pickles name the module of the version that wrote them. Classes that touch files, processes or the network
when they are made or filled with state are left out and listed on standard error, to be looked at by a person.
"""

import ast
import pathlib
import re
import sys

SKIP = re.compile(r"(^|/)(tests?|externals|_testing|conftest|_build_utils|datasets|setup|vendor|testing)(/|\.|$)|/_testing|/test_")
# What must not happen while an object is made from a pickle.
HARM = {"open", "exec", "eval", "compile", "__import__", "getattr", "setattr", "system", "Popen", "run", "load", "loads",
        "urlopen", "mkdir", "makedirs", "remove", "unlink", "import_module", "mkdtemp", "rmtree", "memmap"}
# Methods that run while pickled state is restored.
RUN = {"__new__", "__setstate__", "__del__", "__reduce__", "__setattr__", "__getattr__", "__getattribute__", "__init_subclass__"}


def calls(function):
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            callee = node.func
            yield callee.id if isinstance(callee, ast.Name) else callee.attr if isinstance(callee, ast.Attribute) else ""


def classes(root):
    for path in sorted(root.rglob("*.py")) + sorted(root.rglob("*.pyx*")):
        where = path.relative_to(root.parent).as_posix()
        if SKIP.search(where):
            continue
        parts = re.sub(r"\.(py|pyx|pyx\.tp)$", "", where).split("/")
        group = ".".join(parts[:2])
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.suffix != ".py":
            for name in re.findall(r"^cdef class (\w+)", text, re.M):
                yield group, name, set()
            continue
        for node in ast.parse(text).body:
            if isinstance(node, ast.ClassDef):
                harm = set()
                for item in node.body:
                    if isinstance(item, ast.FunctionDef) and item.name in RUN:
                        harm |= {f"{item.name}:{name}" for name in calls(item) if name in HARM}
                yield group, node.name, harm


found = {}
for argument in sys.argv[1:]:
    for group, name, harm in classes(pathlib.Path(argument)):
        if harm:
            print(f"left out {group}.{name}: {', '.join(sorted(harm))}", file=sys.stderr)
        else:
            found.setdefault(group, set()).add(name)
for group in sorted(found):
    print(f"{group}: {' '.join(sorted(found[group]))}")
