"""Reads a plugin's Python files without running any of them and prints what it found as one JSON object.

Run by `source-scan.ts` as `python -I -S scan.py FOLDER ROOT_NAME`. It parses (ast) and compiles, never imports: no
line of the plugin runs here. FOLDER is what the plugin's process will have on its `sys.path`; ROOT_NAME is the package
name to give to FOLDER where FOLDER itself is the package.
"""

import ast
import json
import keyword
import os
import sys
import warnings

SDK = "noxus_sdk"
TEST_FOLDERS = {"tests", "test"}
SKIPPED_FOLDERS = {"__pycache__", "node_modules", "site-packages"}
IMPORT_FAILURES = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
TRY = (ast.Try, ast.TryStar) if hasattr(ast, "TryStar") else (ast.Try,)
# A plugin is small; what is larger is data or a checked-in library, and must not hold up the server.
MAX_FILES = 5000
MAX_FILE_BYTES = 4 * 1024 * 1024


class Module:
    """One file: its dotted name, its tree, and what its top level binds."""

    def __init__(self, name, path, is_package):
        self.name = name
        self.path = path
        self.is_package = is_package
        self.tree = None
        self.error = None
        self.imports = []
        self.bindings = {}
        self.classes = {}

    @property
    def package(self):
        return self.name if self.is_package else self.name.rpartition(".")[0]


def is_module_name(name):
    return name.isidentifier() and not keyword.iskeyword(name)


def is_test(path):
    parts = path.split(os.sep)
    file = parts[-1]
    return (
        any(part in TEST_FOLDERS for part in parts[:-1])
        or file.startswith("test_")
        or file.endswith("_test.py")
        or file == "conftest.py"
    )


def find_files(root):
    """Paths of Python files below root, relative to it."""
    found = []
    for folder, subfolders, files in os.walk(root):
        subfolders[:] = sorted(
            name
            for name in subfolders
            if name not in SKIPPED_FOLDERS
            and not name.startswith(".")
            and not is_virtual_environment(os.path.join(folder, name))
        )
        for name in sorted(files):
            if name.endswith(".py"):
                found.append(os.path.relpath(os.path.join(folder, name), root))
        if len(found) > MAX_FILES:
            break
    return found[:MAX_FILES]


def is_virtual_environment(folder):
    return os.path.exists(os.path.join(folder, "pyvenv.cfg"))


def module_name(path):
    """Dotted name of a file on the plugin's path, or None where no import statement could reach it."""
    parts = path[: -len(".py")].split(os.sep)
    is_package = parts[-1] == "__init__"
    if is_package:
        parts.pop()
    if not all(is_module_name(part) for part in parts):
        return None, is_package
    return ".".join(parts), is_package


def load_modules(root, root_name):
    modules = {}
    root_is_package = os.path.exists(os.path.join(root, "__init__.py")) and is_module_name(root_name)
    for path in find_files(root):
        name, is_package = module_name(path)
        if name is None:
            continue
        if name:
            modules[name] = read_module(root, path, name, is_package)
        if root_is_package:
            inner = f"{root_name}.{name}" if name else root_name
            modules.setdefault(inner, read_module(root, path, inner, is_package))
    return modules


def read_module(root, path, name, is_package):
    module = Module(name, path, is_package)
    try:
        full = os.path.join(root, path)
        if os.path.getsize(full) > MAX_FILE_BYTES:
            return module
        with open(full, "rb") as file:
            module.tree = ast.parse(file.read(), filename=path)
        compile(module.tree, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        module.error = syntax_problem(path, error.lineno, error.offset, error.msg, error.text)
    except (ValueError, RecursionError, MemoryError, OSError) as error:
        module.error = syntax_problem(path, None, None, str(error) or type(error).__name__, None)
    if module.tree is not None:
        collect_imports(module, module.tree.body, False)
        collect_top_level(module, module.tree.body)
    return module


def syntax_problem(path, line, column, message, text):
    return {
        "file": path,
        "line": line or 1,
        "column": column or 1,
        "message": message,
        "text": (text or "").strip()[:200],
    }


# ---- imports --------------------------------------------------------------------------------------------------------


def dotted(node):
    """`a.b.c` of an expression, without its subscripts; None for anything else."""
    if isinstance(node, ast.Subscript):
        return dotted(node.value)
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        left = dotted(node.value)
        return f"{left}.{node.attr}" if left else None
    return None


def is_type_checking(test):
    name = dotted(test)
    return name is not None and name.split(".")[-1] == "TYPE_CHECKING"


def is_not_type_checking(test):
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and is_type_checking(test.operand)


def catches_import_failure(handler):
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any((dotted(item) or "").split(".")[-1] in IMPORT_FAILURES for item in types)


def suppresses_import_failure(node):
    for item in node.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and (dotted(call.func) or "").split(".")[-1] == "suppress":
            if any((dotted(arg) or "").split(".")[-1] in IMPORT_FAILURES for arg in call.args):
                return True
    return False


def collect_imports(module, body, optional):
    for node in body:
        collect_import(module, node, optional)


def collect_import(module, node, optional):
    if isinstance(node, ast.Import):
        for alias in node.names:
            module.imports.append((alias.name, None, optional, node.lineno))
    elif isinstance(node, ast.ImportFrom):
        source = absolute(module, node)
        for alias in node.names:
            module.imports.append((source, alias.name, optional, node.lineno))
    elif isinstance(node, ast.If) and is_type_checking(node.test):
        collect_imports(module, node.orelse, optional)
    elif isinstance(node, ast.If) and is_not_type_checking(node.test):
        collect_imports(module, node.body, optional)
    elif isinstance(node, TRY):
        collect_try(module, node, optional)
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        collect_imports(module, node.body, optional or suppresses_import_failure(node))
    else:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.stmt, ast.excepthandler)) or type(child).__name__ == "match_case":
                collect_import(module, child, optional)


def collect_try(module, node, optional):
    guarded = any(catches_import_failure(handler) for handler in node.handlers)
    before = len(module.imports)
    collect_imports(module, node.body, optional or guarded)
    asks_sdk = any(source.split(".")[0] == SDK for source, *_ in module.imports[before:])
    for handler in node.handlers:
        # What is imported instead of the first choice: one of the two must do, so neither is a must.
        collect_imports(module, handler.body, optional or catches_import_failure(handler))
    # Runs only with a release that had what was tried: it says nothing of the others.
    collect_imports(module, node.orelse, optional or (guarded and asks_sdk))
    collect_imports(module, node.finalbody, optional)


def absolute(module, node):
    if node.level == 0:
        return node.module or ""
    parts = module.package.split(".") if module.package else []
    parts = parts[: len(parts) - (node.level - 1)]
    return ".".join([*parts, node.module] if node.module else parts)


def imported_modules(module, modules):
    """Names of the plugin's own modules that this module imports, with the packages above them."""
    for source, name, _, _ in module.imports:
        for target in filter(None, (source, f"{source}.{name}" if name else None)):
            parts = target.split(".")
            for length in range(1, len(parts) + 1):
                parent = ".".join(parts[:length])
                if parent in modules:
                    yield parent


def reachable(start, modules):
    seen, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(imported_modules(modules[name], modules))
    return seen


# ---- classes --------------------------------------------------------------------------------------------------------


def collect_top_level(module, body):
    """What the module's top level binds: imported names and classes, also those inside if, try and with."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            module.classes[node.name] = node
        elif isinstance(node, ast.Import):
            for alias in node.names:
                module.bindings[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                module.bindings[alias.asname or alias.name] = f"{absolute(module, node)}.{alias.name}"
        elif isinstance(node, ast.If) and is_type_checking(node.test):
            collect_top_level(module, node.orelse)
        else:
            for field in ("body", "orelse", "handlers", "finalbody"):
                if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    collect_top_level(module, getattr(node, field, None) or [])


def full_name(module, expression):
    """Dotted name that an expression at the module's top level stands for."""
    name = dotted(expression)
    if name is None:
        return None
    first, _, rest = name.partition(".")
    if first in module.classes:
        return f"{module.name}.{name}"
    target = module.bindings.get(first)
    if target is None:
        return name
    return f"{target}.{rest}" if rest else target


def find_class(name, modules, depth=0):
    """(module, class node) of a dotted name among the plugin's own modules, through re-exports."""
    owner, _, last = name.rpartition(".")
    module = modules.get(owner)
    if module is None or depth > 20:
        return None
    if last in module.classes:
        return module, module.classes[last]
    target = module.bindings.get(last)
    return find_class(target, modules, depth + 1) if target else None


def sdk_base(module, node, modules, seen=()):
    """Last part of the SDK class that a class derives from, e.g. "BasePlugin"; None where it does not."""
    for expression in node.bases:
        name = full_name(module, expression)
        if name is None or name in seen:
            continue
        if name.split(".")[0] == SDK:
            return name.split(".")[-1]
        own = find_class(name, modules)
        found = sdk_base(*own, modules, (*seen, name)) if own else None
        if found:
            return found
        # A base class from a library that cannot be looked into: the name is all there is to go by.
        if own is None and name.split(".")[-1].endswith("Plugin") and "." in name:
            return "BasePlugin"
    return None


def class_attributes(node):
    """(name, value or None) of what a class body assigns; values only where they are literals."""
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            targets = [target.id for target in statement.targets if isinstance(target, ast.Name)]
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            targets = [statement.target.id] if statement.value is not None else []
        else:
            continue
        for target in targets:
            yield target, literal(statement.value)


def literal(node):
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    return value if isinstance(value, (str, int, float, bool)) else None


# ---- candidates -----------------------------------------------------------------------------------------------------


def candidates(root, root_name, modules):
    """The folders that the SDK would consider, each as (path, package name)."""
    for name in sorted(os.listdir(root)):
        if is_module_name(name) and name != "tests" and name in modules and modules[name].is_package:
            yield name, name
    if root_name in modules and modules[root_name].path == "__init__.py":
        yield ".", root_name


def describe(path, name, modules):
    inside = {item for item in modules if item == name or item.startswith(f"{name}.")}
    used = reachable(name, modules)
    sources = [modules[item] for item in sorted(used | inside) if item in used or not is_test(modules[item].path)]
    return {
        "path": path,
        "name": name,
        "classes": plugin_classes(modules[name], modules),
        "elsewhere": [
            {**found, "file": module.path}
            for module in sources
            if module.name != name
            for found in plugin_classes(module, modules)
        ],
        "imports": [found for module in sources for found in sdk_imports(module)],
        "attributes": [found for module in sources for found in sdk_attributes(module, modules)],
        "syntaxErrors": [
            {**module.error, "reachable": module.name in used} for module in sources if module.error
        ],
        "files": len(sources),
    }


def plugin_classes(module, modules):
    return [
        {"name": name, "line": node.lineno}
        for name, node in module.classes.items()
        if sdk_base(module, node, modules) == "BasePlugin"
    ]


def sdk_imports(module):
    for source, name, optional, line in module.imports:
        if source.split(".")[0] == SDK:
            yield {"module": source, "name": name, "optional": optional, "file": module.path, "line": line}


def sdk_attributes(module, modules):
    for node in module.classes.values():
        base = sdk_base(module, node, modules)
        if base:
            for name, value in class_attributes(node):
                yield {"base": base, "name": name, "value": value, "file": module.path, "line": node.lineno}


def main():
    warnings.simplefilter("ignore")
    root, root_name = os.path.realpath(sys.argv[1]), sys.argv[2]
    modules = load_modules(root, root_name)
    result = {
        "candidates": [describe(path, name, modules) for path, name in candidates(root, root_name, modules)],
        "builtinModules": sorted(sys.builtin_module_names),
        "python": ".".join(str(part) for part in sys.version_info[:3]),
    }
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
