"""Makes every change that cargo-mutants lists switchable: one build has them all, and `MUTANT=N` turns the N-th on.

A change takes a build each by cargo-mutants itself, which for the whole engine would be days. Here it takes the tests that
reach it, and nothing else.
"""

import json
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import tree_sitter_rust
from tree_sitter import Language, Parser

PARSER = Parser(Language(tree_sitter_rust.language()))

# What an operator, a sign or a field belongs to, and is written a second time with the change in it.
EXPRESSIONS = {
    "BinaryOperator": {"binary_expression", "compound_assignment_expr"},
    "UnaryOperator": {"unary_expression"},
    "StructField": {"struct_expression"},
}

# The switch itself. In the crate's root, so that every module reaches it by one name; public for the programs beside it.
SWITCH = r'''
#[doc(hidden)]
pub fn mutant(number: u32) -> bool {
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
    static ON: AtomicU32 = AtomicU32::new(u32::MAX);
    static REACHED: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];
    unsafe extern "C" {
        fn atexit(call: extern "C" fn()) -> i32;
    }
    extern "C" fn record() {
        let Ok(folder) = std::env::var("MUTANTS_REACHED") else { return };
        let reached = (0..COUNT).filter(|at| REACHED[*at].load(Relaxed)).map(|at| format!("{at}\n"));
        let _ = std::fs::write(format!("{folder}/{}", std::process::id()), reached.collect::<String>());
    }
    let mut on = ON.load(Relaxed);
    if on == u32::MAX {
        on = std::env::var("MUTANT").ok().and_then(|text| text.parse().ok()).unwrap_or(u32::MAX - 1);
        if ON.swap(on, Relaxed) == u32::MAX && std::env::var_os("MUTANTS_REACHED").is_some() {
            unsafe { atexit(record) };
        }
    }
    if on == u32::MAX - 1 {
        REACHED[number as usize].store(true, Relaxed);
    }
    on == number
}
'''


@dataclass
class Mutant:
    """A change as cargo-mutants lists it."""

    number: int
    file: str
    genre: str
    function: str
    start: tuple  # line and column, both from 0, the column in octets
    end: tuple
    line: int
    replacement: str
    # What the outcome is remembered by: without lines, which every edit moves.
    key: str = ""
    dropped: str = ""  # why it cannot be switched
    guarded: bool = False  # an arm of a match that has a condition
    opaque: bool = False  # the body of a function that returns an `impl Iterator`, whose type a second return cannot share


def listed(root, files):
    """The changes that cargo-mutants knows of in these files."""
    command = ["cargo", "mutants", "--list", "--json", "--cap-lints", "true"]
    for pattern in files:
        command += ["-f", pattern]
    found = json.loads(subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout)
    lines = {}
    mutants, seen = [], {}
    for number, each in enumerate(found):
        text = lines.setdefault(each["file"], (Path(root) / each["file"]).read_text().split("\n"))

        def place(at):
            line = at["line"] - 1
            return line, len(text[line][: at["column"] - 1].encode())

        start, end = place(each["span"]["start"]), place(each["span"]["end"])
        function = (each.get("function") or {}).get("function_name", "")
        what = " ".join(text[start[0]].encode()[start[1] : end[1] if start[0] == end[0] else None].decode(errors="replace").split())
        if each["genre"] == "FnValue":
            what = "body"
        replacement = each["replacement"]
        key = f"{each['file']}: {function}: {each['genre']}: {what[:60]} -> {replacement}"
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > 1:
            key += f" #{seen[key]}"
        opaque = each["genre"] == "FnValue" and "impl " in (each.get("function") or {}).get("return_type", "")
        mutants.append(
            Mutant(number, each["file"], each["genre"], function, start, end, each["span"]["start"]["line"], replacement, key, opaque=opaque)
        )
        if opaque and replacement != "::std::iter::empty()":
            mutants[-1].dropped = "another type than that of the function's own iterator"
    return mutants


@dataclass
class Written:
    """A file with its switches, and where each of them stands in it, in octets."""

    text: bytes = b""
    places: list = field(default_factory=list)  # (start, end, mutant)


class Writer:
    """One file, written with a switch for each of its changes."""

    def __init__(self, source: bytes, mutants):
        self.source = source
        self.tree = PARSER.parse(source)
        self.starts = [0]
        for line in source.split(b"\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.at = {}  # node id -> mutants
        self.begun = {}  # node id -> where it begins in what is written
        self.out = bytearray()
        self.places = []
        for mutant in mutants:
            node = self.owner(mutant)
            if node is None:
                mutant.dropped = mutant.dropped or "has no place of its own"
            else:
                self.at.setdefault(node.id, []).append(mutant)

    def octet(self, place):
        return self.starts[place[0]] + place[1]

    def owner(self, mutant):
        """What the switch is put around."""
        start, end = self.octet(mutant.start), self.octet(mutant.end)
        node = self.tree.root_node.descendant_for_byte_range(start, end)
        if mutant.genre == "FnValue":
            while node is not None and node.type != "function_item":
                node = node.parent
            return node and node.child_by_field_name("body")
        if mutant.genre in ("MatchArm", "MatchArmGuard"):
            while node is not None and node.type != "match_arm":
                node = node.parent
            return node
        wanted = EXPRESSIONS.get(mutant.genre, set())
        while node is not None and node.type not in wanted:
            if node.type in ("block", "let_chain", "match_arm", "token_tree"):
                return None
            node = node.parent
        return node

    def write(self):
        self.emit(self.tree.root_node)
        return Written(bytes(self.out), self.places)

    def put(self, text):
        self.out += text if isinstance(text, bytes) else text.encode()

    def raw(self, node):
        return self.source[node.start_byte : node.end_byte]

    def changed(self, node, mutant):
        start, end = self.octet(mutant.start), self.octet(mutant.end)
        text = mutant.replacement.encode()
        if mutant.genre == "StructField" and self.source[end : end + 1] == b",":
            end += 1
        return self.source[node.start_byte : start] + b" " + text + b" " + self.source[end : node.end_byte]

    def inside(self, node):
        """The node's own text, with the switches that are deeper in it."""
        at = node.start_byte
        for child in node.children:
            self.put(self.source[at : child.start_byte])
            self.emit(child)
            at = child.end_byte
        self.put(self.source[at : node.end_byte])

    def emit(self, node):
        mutants = [mutant for mutant in self.at.get(node.id, []) if not mutant.dropped]
        begin = len(self.out)
        self.begun[node.id] = begin
        if node.type == "match_block":
            # That an arm cannot be spared is told of the match as a whole, by its first part.
            self.inside(node)
            arms = [mutant for arm in node.children for mutant in self.at.get(arm.id, []) if not mutant.dropped]
            self.places += [(self.begun[node.parent.id], len(self.out), mutant) for mutant in arms if mutant.genre == "MatchArm" and not mutant.guarded]
            return None
        if not mutants:
            return self.inside(node)
        if node.type == "block":
            self.put("{ ")
            opaque = next((mutant for mutant in mutants if mutant.opaque), None)
            if opaque:
                self.put("let rest = { ")
            for mutant in mutants:
                if mutant.opaque:
                    continue
                start = len(self.out)
                self.put(f"if crate::mutant({mutant.number}) {{ return {mutant.replacement}; }} ")
                self.places.append((start, len(self.out), mutant))
            # What is in the block comes after its first brace.
            at = node.start_byte + 1
            for child in node.children[1:]:
                self.put(self.source[at : child.start_byte])
                self.emit(child)
                at = child.end_byte
            if opaque:
                self.put(f"; Iterator::filter(rest, |_| !crate::mutant({opaque.number})) }}")
                self.places.append((begin, len(self.out), opaque))
            return None
        if node.type == "match_arm":
            return self.arm(node, mutants, begin)
        self.put("(")
        for mutant in mutants:
            start = len(self.out)
            self.put(f"if crate::mutant({mutant.number}) {{ ")
            self.put(self.changed(node, mutant))
            self.put(" } else ")
            self.places.append((start, len(self.out), mutant))
        self.put("{ ")
        self.inside(node)
        self.put(" })")
        for mutant in mutants:
            self.places.append((begin, len(self.out), mutant))
        return None

    def arm(self, node, mutants, begin):
        pattern = node.child_by_field_name("pattern")
        condition = pattern.child_by_field_name("condition")
        for mutant in mutants:
            mutant.guarded = condition is not None
        gone = "".join(f"!crate::mutant({mutant.number}) && " for mutant in mutants if mutant.genre == "MatchArm")
        guards = [mutant for mutant in mutants if mutant.genre == "MatchArmGuard"]
        held = "".join(f"crate::mutant({mutant.number}) || " for mutant in guards if mutant.replacement == "true")
        held += "".join(f"!crate::mutant({mutant.number}) && " for mutant in guards if mutant.replacement != "true")
        last = node.start_byte
        for child in node.children:
            self.put(self.source[last : child.start_byte])
            last = child.end_byte
            if child.id != pattern.id:
                self.emit(child)
                continue
            if condition is None:
                self.put(self.raw(pattern))
                self.put(f" if {gone}true")
            else:
                self.put(self.source[pattern.start_byte : condition.start_byte])
                self.put(f"{gone}({held}(")
                self.emit(condition)
                self.put("))")
            for mutant in mutants:
                self.places.append((begin, len(self.out), mutant))


def write_tree(tree, mutants, sources):
    """Writes each file with its switches into the tree; where they stand, by file."""
    places = {}
    for file, source in sources.items():
        written = Writer(source, [mutant for mutant in mutants if mutant.file == file and not mutant.dropped]).write()
        places[file] = written.places
        target = Path(tree) / file
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != written.text:
            target.write_bytes(written.text)
    return places


def drop_what_does_not_compile(errors, places):
    """Takes out the changes that the compiler's errors stand in; how many."""
    dropped = 0
    for file, start, end, message in errors:
        around = [(to - begin, mutant) for begin, to, mutant in places.get(file, []) if begin <= start and end <= to]
        if not around:
            around = [(to - begin, mutant) for begin, to, mutant in places.get(file, []) if begin < end and start < to]
        if not around:
            raise SystemExit(f"mutants: {file}: an error outside of every change: {message}")
        smallest = min(size for size, _ in around)
        for size, mutant in around:
            if size == smallest and not mutant.dropped:
                mutant.dropped = message
                dropped += 1
    return dropped


def header(root):
    """The crate's root with the switch, and without what forbids it."""
    manifest = (Path(root) / "Cargo.toml").read_text()
    return re.sub(r"^\[lints\.[a-z]+\]\n.*?(?=^\[|\Z)", "", manifest, flags=re.S | re.M)
