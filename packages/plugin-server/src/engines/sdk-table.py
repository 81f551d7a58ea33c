"""Writes `sdk-table.ts`: what each published release of the Python SDK exports, read from its wheel without running it.

    pip download noxus-sdk==RELEASE --no-deps --dest wheels     # for every release
    python sdk-table.py wheels --python VENV/bin/python > sdk-table.ts && biome format --write sdk-table.ts

Names are grouped by the set of releases that have them (a bit a release, oldest first). A release that imports a
module of its own that is not in the wheel is listed as broken. `--python`, one a release's environment, asks which
top-level modules are loaded when the SDK comes to import the plugin: a plugin's package of such a name is never found.
"""

import argparse
import ast
import collections
import json
import subprocess
import sys
import zipfile
from pathlib import Path

SDK = "noxus_sdk"
ATTRIBUTE_BASES = {"BasePlugin": "noxus_sdk.plugins.base", "BaseIntegration": "noxus_sdk.integrations.base"}
LOADED = """
import sys, importlib
import noxus_sdk.cli.main, noxus_sdk.plugins.serve
try: import noxus_sdk.plugins.worker
except ImportError: pass
print(" ".join(sorted({name.split(".")[0] for name in sys.modules})))
"""


def read_wheel(path):
    """Dotted module name → tree, of one wheel; templates are no modules."""
    modules = {}
    with zipfile.ZipFile(path) as wheel:
        for name in wheel.namelist():
            if name.startswith(f"{SDK}/") and name.endswith(".py") and "/templates/" not in name:
                parts = name[: -len(".py")].split("/")
                if parts[-1] == "__init__":
                    parts.pop()
                modules[".".join(parts)] = (ast.parse(wheel.read(name)), name.endswith("__init__.py"))
    return modules


def absolute(module, is_package, node):
    if node.level == 0:
        return node.module
    parts = module.split(".") if is_package else module.split(".")[:-1]
    parts = parts[: len(parts) - (node.level - 1)]
    return ".".join([*parts, node.module] if node.module else parts)


def top_level(body):
    for node in body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from top_level(node.orelse)
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            for field in ("body", "orelse", "handlers", "finalbody"):
                yield from top_level(getattr(node, field, []))
        elif isinstance(node, ast.ExceptHandler):
            yield from top_level(node.body)
        else:
            yield node


def exports(module, modules, seen=()):
    tree, is_package = modules[module]
    names = set()
    for node in top_level(tree.body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {item.id for target in node.targets for item in ast.walk(target) if isinstance(item, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            names.add(node.target.id)
        elif isinstance(node, ast.Import):
            names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= from_names(node, absolute(module, is_package, node), modules, (*seen, module))
    return names - {"__all__", "annotations"}


def from_names(node, source, modules, seen):
    names = {alias.asname or alias.name for alias in node.names if alias.name != "*"}
    if len(names) < len(node.names) and source in modules and source not in seen:
        names |= {name for name in exports(source, modules, seen) if not name.startswith("_")}
    return names


def is_broken(modules):
    """Whether something that is imported whenever a plugin is loaded is missing."""
    waiting, seen = [f"{SDK}", f"{SDK}.plugins.validate", f"{SDK}.cli.main", f"{SDK}.nodes", f"{SDK}.plugins.serve"], set()
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        if module not in modules:
            return module
        tree, is_package = modules[module]
        for node in unguarded(tree.body):
            for source in sources(node, module, is_package):
                if source == SDK or source.startswith(f"{SDK}."):
                    waiting.append(source)
    return None


def unguarded(body):
    for node in body:
        if not isinstance(node, (ast.If, ast.Try)):
            yield node


def sources(node, module, is_package):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [absolute(module, is_package, node)]
    return []


def attributes(modules):
    found = set()
    for name, module in ATTRIBUTE_BASES.items():
        for node in modules[module][0].body:
            if isinstance(node, ast.ClassDef) and node.name == name:
                found |= {
                    f"{name}.{item.target.id}"
                    for item in node.body
                    if isinstance(item, ast.AnnAssign) and not item.target.id.startswith("_")
                }
    return found


def loaded_modules(pythons):
    loaded = set()
    for python in pythons:
        done = subprocess.run([python, "-c", LOADED], check=True, capture_output=True, text=True)
        loaded |= set(done.stdout.split())
    return sorted(name for name in loaded if name.isidentifier() and not name.startswith("_"))


def by_mask(entries):
    """{name: mask} → {mask: "name name …"}."""
    groups = collections.defaultdict(list)
    for name, mask in sorted(entries.items()):
        groups[mask].append(name)
    return {str(mask): " ".join(names) for mask, names in sorted(groups.items())}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("wheels", type=Path)
    parser.add_argument("--python", action="append", default=[])
    options = parser.parse_args()
    wheels = {path.name.split("-")[1]: read_wheel(path) for path in options.wheels.glob("noxus_sdk-*.whl")}
    ordered = sorted(wheels, key=lambda version: [int(part) for part in version.split(".")])
    broken = {version: is_broken(wheels[version]) for version in ordered}
    good = [version for version in ordered if broken[version] is None]

    modules = collections.defaultdict(dict)
    attribute_masks = collections.Counter()
    for bit, version in enumerate(good):
        for module in wheels[version]:
            modules[module][""] = modules[module].get("", 0) | 1 << bit
            for name in exports(module, wheels[version]):
                modules[module][name] = modules[module].get(name, 0) | 1 << bit
        for name in attributes(wheels[version]):
            attribute_masks[name] |= 1 << bit

    newest = 1 << len(good) - 1
    table = {
        "releases": good,
        "broken": {version: missing for version, missing in broken.items() if missing},
        "worker": sum(1 << bit for bit, version in enumerate(good) if f"{SDK}.plugins.worker" in wheels[version]),
        "modules": {
            module: {"in": names.pop(""), "names": by_mask(names)} for module, names in sorted(modules.items())
        },
        # Only what came later and stayed: an attribute that an old release alone knows is an author's own elsewhere.
        "attributes": by_mask({name: mask for name, mask in attribute_masks.items() if mask & newest and not mask & 1}),
        "loaded": " ".join(loaded_modules(options.python)),
    }
    sys.stdout.write("/** Generated by `sdk-table.py` from the published wheels; do not edit. */\n")
    sys.stdout.write(f"export const sdkTable = {json.dumps(table, indent=2)} as const;\n")


if __name__ == "__main__":
    main()
