"""Makes the mutants: a copy of the package in which every function knows its mutants.

mutmut writes, behind each function, a copy of it for each mutation, and collects the copies in a
dict. Its trampolines, which choose among them at every call, are replaced by a class of dict that
swaps the function's code when the wanted mutant is stored or asked for: nothing is slower, whoever
already imported the function gets the mutant, and in a new process it is there from the beginning.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import libcst as cst
from mutmut.mutation import file_mutation, mutators

PACKAGE = "ws_handshake"

# Stands in the copy, where each of its modules imports it.
SWITCH = '''\
"""Swaps the code of functions for that of their mutants."""

import os

FUNCTIONS = {}  # module and mangled name to the function


class MutantDict(dict):
    """The mutants of one function, by their names."""

    module = function = None

    def __setitem__(self, name, mutant):
        super().__setitem__(name, getattr(mutant, "__func__", mutant))
        if os.environ.get("MUTANT_UNDER_TEST") == f"{self.module}.{name}":
            self.switch(name)

    def switch(self, name):
        mutant = self[name]
        for part in ("__code__", "__defaults__", "__kwdefaults__"):
            setattr(self.function, part, getattr(mutant, part))


def register(mutants, is_classmethod=False):
    def keep(function):
        mutants.module, mutants.function = function.__module__, function
        FUNCTIONS[function.__code__] = mutants
        return function

    return keep
'''
IMPORT = re.compile(r"from mutmut\.mutation\.trampoline import .*\n")
EMPTY = re.compile(r"^(mutants_\w+): MutantDict = \{\}", re.MULTILINE)


class Mutant(NamedTuple):
    """One mutation: where it is, and what it changes, as the lines of a diff."""

    name: str  # such as ws_handshake.key.x_accept_key__mutmut_3
    function: str  # such as key.accept_key or headers.Headers.get
    removed: str
    added: str

    def __str__(self) -> str:
        return f"{self.function}\n- {self.removed}\n+ {self.added}"


# --- Mutations that mutmut does not make ----------------------------------------------------------


def _never_or_always(node: cst.If) -> Iterator[cst.If]:
    """Take a check out, or let everything fall under it."""
    test = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    for operator, literal in ((cst.And(), "False"), (cst.Or(), "True")):
        condition = cst.BooleanOperation(left=test, operator=operator, right=cst.Name(literal))
        yield node.with_changes(test=condition)


def _one_side(node: cst.BooleanOperation) -> Iterator[cst.BaseExpression]:
    """Leave out a condition."""
    for side in (node.left, node.right):
        yield side.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _nothing_returned(node: cst.Return) -> Iterator[cst.Return]:
    if isinstance(node.value, cst.Name) and node.value.value == "None":
        return
    if node.value is not None:
        yield node.with_changes(value=cst.Name("None"))


def _left_out(node: cst.Expr) -> Iterator[cst.Pass]:
    """Leave out a call whose result nobody reads."""
    if isinstance(node.value, cst.Call):
        yield cst.Pass()


def _not_raised(node: cst.Raise) -> Iterator[cst.Pass]:
    yield cst.Pass()


OWN = [
    (cst.If, _never_or_always),
    (cst.BooleanOperation, _one_side),
    (cst.Return, _nothing_returned),
    (cst.Expr, _left_out),
    (cst.Raise, _not_raised),
]


# --- A module and its mutants ---------------------------------------------------------------------


def undecorated(source: str) -> str:
    """The same module with `f = decorator(f)` in place of decorators, which mutmut passes by."""
    lines = source.splitlines(keepends=True)
    found = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.decorator_list
    ]
    for node in sorted(found, key=lambda node: node.lineno, reverse=True):
        decorators = [ast.unparse(each) for each in node.decorator_list]
        if decorators in (["classmethod"], ["staticmethod"]):
            continue
        value = node.name
        for decorator in reversed(decorators):
            value = f"{decorator}({value})"
        end = node.end_lineno or node.lineno
        lines.insert(end, f"{' ' * node.col_offset}{node.name} = {value}\n")
        for decorator_node in node.decorator_list:
            lines[decorator_node.lineno - 1] = ""
    return "".join(lines)


CODEC = re.compile(r"\"(?:latin-1|ascii|utf-8|utf-16|idna|unicode_escape)\"", re.IGNORECASE)
FIELD_LOOKUP = re.compile(r"headers(?:\.get(?:_all)?\(|\[)\"[A-Za-z-]+\"")
FACTS_LOOKUP = re.compile(r"\b(?:facts|self|request)\.(?:get|get_all|has|elements)\([^()]*\)")


def without_effect(line: str) -> str:
    """The line without what makes no difference: the case of a codec's or a field's name, say."""
    line = CODEC.sub(lambda match: match[0].lower(), line)
    for lookup in (FIELD_LOOKUP, FACTS_LOOKUP):
        line = lookup.sub(lambda match: match[0].lower(), line)
    if line == "return None":
        return "return False"
    # Wherever lengths are compared by zip, they are equal: linters want it said.
    line = re.sub(r"(, )?\bstrict=\w+", "", line).replace(" ⏎ )", ")").replace(", )", ")")
    return re.sub(r"\b(newline|usedforsecurity)=None\b", r"\1=False", line)


def differing(before: list[str], after: list[str]) -> tuple[str, str]:
    """The lines of each that the other has not."""
    first = next(i for i, pair in enumerate(zip_longest(before, after)) if pair[0] != pair[1])
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    ends = len(before) - last, len(after) - last
    return " ⏎ ".join(before[first : ends[0]]), " ⏎ ".join(after[first : ends[1]])


def make_mutants(module: str, path: Path) -> tuple[str, list[Mutant]]:
    """The code of a module with all its mutants, and what they are."""
    for each in OWN:
        if each not in mutators.mutation_operators:
            mutators.mutation_operators.append(each)
    source = undecorated(path.read_text("utf-8"))
    made = file_mutation.mutate_file_contents(str(path), source)
    code = IMPORT.sub(
        "from mutant_switch import MutantDict, register as _mutmut_mutated\n", made.code
    )
    code = EMPTY.sub(r"\1: MutantDict = MutantDict()", code)
    lines = made.code.splitlines()

    def body(name: str) -> list[str]:
        span = made.line_span_by_function_name[name]
        text = [line.strip() for line in lines[span.start - 1 : span.end]]
        return [line.replace(name, "f") for line in text]

    mutants = []
    for name in made.mutant_names:
        mangled, _, _ = name.rpartition("__mutmut_")
        function = mangled[2:].replace("ǁ", ".")
        removed, added = differing(body(f"{mangled}__mutmut_orig"), body(name))
        if without_effect(removed) == without_effect(added):
            continue
        full = f"{PACKAGE}.{module}.{name}"
        mutants.append(Mutant(full, f"{module}.{function}", removed, added))
    return code, mutants


def make_copy(source: Path, target: Path, modules: Iterable[str]) -> list[Mutant]:
    """Copy the package to a folder, with mutants in some of its modules."""
    shutil.copytree(
        source / PACKAGE, target / PACKAGE, ignore=shutil.ignore_patterns("__pycache__")
    )
    (target / "mutant_switch.py").write_text(SWITCH, "utf-8")
    mutants = []
    for module in modules:
        path = Path(PACKAGE, *module.split(".")).with_suffix(".py")
        code, made = make_mutants(module, source / path)
        (target / path).write_text(code, "utf-8")
        mutants += made
    return mutants
