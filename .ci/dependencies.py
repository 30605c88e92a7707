#!/usr/bin/env python3
"""Checks the licences of all dependencies, and that no crate comes in two versions. Needs no network:
it reads what cargo has already fetched.

What is allowed stands in dependencies.toml beside this file, each exception with its reason.
"""

import json
import pathlib
import re
import subprocess
import sys
import tomllib

HERE = pathlib.Path(__file__).parent


def metadata():
    command = ["cargo", "metadata", "--format-version=1", "--locked", "--offline", "--filter-platform=x86_64-unknown-linux-gnu"]
    return json.loads(subprocess.run(command, cwd=HERE.parent, check=True, capture_output=True).stdout)


def is_allowed(expression, allowed):
    """Whether an SPDX expression can be met with the allowed licences alone."""
    expression = expression.replace("/", " OR ")
    tokens = re.findall(r"\(|\)|[^\s()]+", expression)

    def alternatives(at):
        met, at = requirements(at)
        while at < len(tokens) and tokens[at] == "OR":
            other, at = requirements(at + 1)
            met = met or other
        return met, at

    def requirements(at):
        met, at = single(at)
        while at < len(tokens) and tokens[at] == "AND":
            other, at = single(at + 1)
            met = met and other
        return met, at

    def single(at):
        if tokens[at] == "(":
            met, at = alternatives(at + 1)
            return met, at + 1
        name, at = tokens[at], at + 1
        if at < len(tokens) and tokens[at] == "WITH":
            name, at = f"{name} WITH {tokens[at + 1]}", at + 2
        return name in allowed, at

    met, at = alternatives(0)
    return met and at == len(tokens)


def main():
    rules = tomllib.loads((HERE / "dependencies.toml").read_text())
    packages = [package for package in metadata()["packages"] if package["source"]]
    problems = []
    versions = {}
    for package in packages:
        versions.setdefault(package["name"], []).append(package["version"])
        licence = package["license"] or ""
        if not licence or not is_allowed(licence, rules["licences"]):
            problems.append(f"{package['name']} {package['version']}: licence {licence or 'not given'}")
    known = {package["name"] for package in packages}
    for name, found in sorted(versions.items()):
        allowed = rules["duplicates"].get(name)
        if len(found) > 1 and not allowed:
            problems.append(f"{name} comes in {len(found)} versions: {', '.join(sorted(found))}")
        if len(found) == 1 and allowed:
            problems.append(f"{name} no longer comes twice: take it out of [duplicates]")
    for name in rules["duplicates"] | rules["unmaintained"]:
        if name not in known:
            problems.append(f"{name} is no dependency any more: take it out of dependencies.toml")
    print(f"dependencies: {len(packages)} crates, {len(problems)} problems")
    for problem in problems:
        print(f"  {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
