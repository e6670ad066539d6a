#!/usr/bin/env python3
"""Mutation testing: every change that cargo-mutants knows of, and which of them no test notices.

run.py FOLDER [--only TEXT] [--again] [--seconds N] [FILE-PATTERN...]: builds all changes at once in FOLDER (`switch.py`),
asks each test which of them it reaches, and runs for each change the tests that reach it. Writes FOLDER/outcomes.jsonl, prints
the score and what was missed, and ends with 1 if something was missed that `accepted.txt` does not give a reason for.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import switch

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PATTERNS = ["src/xml/**", "src/crypto/**", "src/dsig/**", "src/checks/providers/alibaba*.rs", "src/checks/providers/alibaba*/**"]
# How many tests are run at once at first, then more: most changes fall to the first that reaches them.
BATCHES = [3, 12, 60]
# Seconds of tests that a change is tried with: so many of the quickest first, to which nearly all fall, and then so many of
# those that reach the fewest changes, which are about it and not about the engine as a whole. `--seconds` asks more.
ENOUGH = 4
MEMORY = 6 << 30  # octets for one run of tests: a change may make it ask for all there is


def say(text):
    print(f"mutants: {text}", flush=True)


def write(path, text):
    """Only what has changed, which is what cargo goes by."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def copy(tree, mutated):
    tracked = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in tracked.decode().split("\0"):
        source, target = ROOT / name, tree / name
        if not name or not source.is_file() or name in mutated or name in ("Cargo.toml", "src/lib.rs"):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or source.read_bytes() != target.read_bytes():
            shutil.copyfile(source, target)
            shutil.copymode(source, target)
    shared = tree.parent / "shared"
    if (ROOT.parent / "shared").is_dir() and not shared.exists():
        shared.symlink_to(ROOT.parent / "shared")
    write(tree / "Cargo.toml", switch.header(ROOT))


def cargo(tree, *words):
    environment = dict(os.environ, CARGO_TARGET_DIR=str(tree.parent / "target"), CARGO_PROFILE_DEV_DEBUG="0", CARGO_PROFILE_DEV_OPT_LEVEL="1")
    environment["RUSTFLAGS"] = "--cap-lints allow"
    run = subprocess.run(["cargo", *words, "--locked", "--message-format", "json"], cwd=tree, env=environment, capture_output=True, text=True)
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")], run.stderr


def compile_errors(messages):
    for each in messages:
        if each["reason"] == "compiler-message" and each["message"]["level"] == "error":
            message = each["message"]
            spans = [span for span in message["spans"] if span["is_primary"]] or message["spans"]
            for span in spans:
                while span.get("expansion") and not span["file_name"].startswith("src/"):
                    span = span["expansion"]["span"]
                yield span["file_name"], span["byte_start"], span["byte_end"], message["message"]


def build(tree, mutants, sources):
    """Takes out what does not compile, round for round; the tests' programs."""
    lib = ROOT / "src/lib.rs"
    write(tree / "src/lib.rs", lib.read_text() + f"\nconst COUNT: usize = {len(mutants)};\n" + switch.SWITCH)
    while True:
        places = switch.write_tree(tree, mutants, sources)
        code, messages, complaint = cargo(tree, "check", "--lib")
        if code == 0:
            break
        errors = list(compile_errors(messages))
        if not errors:
            raise SystemExit(complaint)
        say(f"{switch.drop_what_does_not_compile(errors, places)} changes do not compile")
    say("building the tests with every change in them")
    code, messages, complaint = cargo(tree, "test", "--no-run", "--lib", "--test", "engine")
    if code:
        raise SystemExit(complaint + "".join(each["message"]["rendered"] for each in messages if each["reason"] == "compiler-message" and each["message"]["level"] == "error"))
    return [each["executable"] for each in messages if each["reason"] == "compiler-artifact" and each.get("executable") and each["profile"]["test"]]


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.setsid()


def run(tree, program, tests, seconds, **more):
    """Whether these tests pass: "passed", "failed" or "timeout"."""
    environment = dict(os.environ, RUST_TEST_THREADS="1", RUST_BACKTRACE="0", **more)
    with tempfile.TemporaryDirectory(dir=tree.parent) as folder:
        environment["TMPDIR"] = folder
        command = [program, "--exact", "-q", *tests]
        process = subprocess.Popen(command, cwd=tree, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=limited)
        try:
            return "passed" if process.wait(seconds) == 0 else "failed"
        except subprocess.TimeoutExpired:
            return "timeout"
        finally:
            try:
                os.killpg(process.pid, 9)
            except ProcessLookupError:
                pass
            process.wait()


# Tests of the whole engine write into folders of fixed names; no two of them run side by side.
ONE_AT_A_TIME = threading.Lock()


def guarded(program, call):
    if "/engine-" in program:
        with ONE_AT_A_TIME:
            return call()
    return call()


def reach(tree, programs, workers):
    """For each test its seconds and what it reaches."""
    tests = []
    for program in programs:
        out = subprocess.run([program, "--list", "--format", "terse"], cwd=tree, capture_output=True, text=True, check=True).stdout
        tests += [(program, line[: -len(": test")]) for line in out.splitlines() if line.endswith(": test")]

    def one(test):
        program, name = test
        with tempfile.TemporaryDirectory(dir=tree.parent) as folder:
            start = time.monotonic()
            outcome = guarded(program, lambda: run(tree, program, [name], 900, MUTANTS_REACHED=folder))
            seconds = time.monotonic() - start
            reached = {int(line) for file in Path(folder).iterdir() for line in file.read_text().split()}
        return program, name, outcome, seconds, reached

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, tests))


def within(tests, seconds):
    """The first of them, until so many seconds are used up."""
    taken = []
    for each in tests:
        if seconds <= 0:
            break
        taken.append(each)
        seconds -= each[3]
    return taken


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="changes whose key has this text")
    parser.add_argument("--seconds", type=float, default=ENOUGH, help="of tests for each change: the quickest, and as many of the nearest")
    parser.add_argument("--again", action="store_true", help="only what was missed the last time")
    parser.add_argument("patterns", nargs="*", default=PATTERNS)
    options = parser.parse_args()
    folder = options.folder.resolve()
    tree = folder / "tree"
    tree.mkdir(parents=True, exist_ok=True)
    workers = os.cpu_count() or 2
    mutants = switch.listed(ROOT, options.patterns)
    outcomes = folder / "outcomes.jsonl"
    mutants = [mutant for mutant in mutants if options.only in mutant.key]
    for number, mutant in enumerate(mutants):
        mutant.number = number
    before = [json.loads(line) for line in outcomes.read_text().splitlines()] if options.again else []
    settled = {each["key"] for each in before if each["outcome"] not in ("missed", "unreached")}
    chosen = [mutant for mutant in mutants if mutant.key not in settled]
    before = [each for each in before if each["key"] in settled]
    say(f"{len(chosen)} changes of {len(mutants)}")
    sources = {file: (ROOT / file).read_bytes() for file in sorted({mutant.file for mutant in mutants})}
    copy(tree, sources)
    # What did not compile the last time does not now; to ask again, remove the file.
    dropped = folder / "dropped.json"
    reasons = json.loads(dropped.read_text()) if dropped.exists() else {}
    for mutant in mutants:
        mutant.dropped = mutant.dropped or reasons.get(mutant.key, "")
    programs = build(tree, mutants, sources)
    dropped.write_text(json.dumps({mutant.key: mutant.dropped for mutant in mutants if mutant.dropped} | reasons, indent=0))
    known = folder / f"reached-{'-'.join(Path(program).name for program in programs)}-{max(Path(program).stat().st_mtime for program in programs)}.json"
    if known.exists():
        tests = [(*each[:4], set(each[4])) for each in json.loads(known.read_text())]
    else:
        say("asking each test what it reaches")
        tests = reach(tree, programs, workers)
        known.write_text(json.dumps([(*each[:4], sorted(each[4])) for each in tests]))
    for program, name, outcome, _, _ in tests:
        if outcome != "passed":
            say(f"left out, since it {outcome} without any change: {name}")
    tests = sorted((each for each in tests if each[2] == "passed"), key=lambda each: each[3])
    say(f"{len(tests)} tests, {sum(each[3] for each in tests):.0f} s one after the other")

    def one(mutant):
        if mutant.dropped:
            return "does not compile", "", 0.0
        begin = time.monotonic()
        reaching = [each for each in tests if mutant.number in each[4]]
        near = within(reaching, options.seconds)
        left = sorted((each for each in reaching if each not in near), key=lambda each: len(each[4]))
        near += within(left, options.seconds)
        for program in programs:
            left = [each for each in near if each[0] == program]
            for size in [*BATCHES, len(left)]:
                batch, left = left[:size], left[size:]
                if not batch:
                    break
                seconds = 10 + 5 * sum(each[3] for each in batch)
                names = [each[1] for each in batch]
                outcome = guarded(program, lambda: run(tree, program, names, seconds, MUTANT=str(mutant.number)))
                if outcome != "passed":
                    return ("caught" if outcome == "failed" else "timeout"), " ".join(names[:3]), time.monotonic() - begin
        return ("missed" if near else "unreached"), "", time.monotonic() - begin

    done = Counter()
    lock = threading.Lock()
    with outcomes.open("w") as log, ThreadPoolExecutor(workers) as pool:
        log.writelines(json.dumps(line) + "\n" for line in before)

        def work(mutant):
            outcome, by, seconds = one(mutant)
            line = {"key": mutant.key, "line": mutant.line, "outcome": outcome, "why": mutant.dropped, "by": by, "seconds": round(seconds, 2)}
            with lock:
                log.write(json.dumps(line) + "\n")
                log.flush()
                done[outcome] += 1
                if sum(done.values()) % 200 == 0:
                    say(f"{sum(done.values())} of {len(chosen)}: {dict(done)}")
            return line

        lines = before + list(pool.map(work, chosen))
    return report(lines)


def report(lines):
    accepted = {}
    for line in (HERE / "accepted.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            key, _, reason = line.rpartition(" | ")
            accepted[key] = reason
    rooms = {}
    for line in lines:
        room = "/".join(line["key"].split("/")[1:2]) if not line["key"].startswith("src/checks") else "checks/providers/alibaba"
        outcome = line["outcome"]
        if outcome in ("missed", "unreached") and line["key"] in accepted:
            outcome = "accepted"
        rooms.setdefault(room, Counter())[outcome] += 1
    unknown = [line for line in lines if line["outcome"] in ("missed", "unreached") and line["key"] not in accepted]
    for line in unknown:
        print(f"{line['outcome']}: line {line['line']}: {line['key']}")
    for room, counts in sorted(rooms.items()):
        tried = sum(counts.values()) - counts["does not compile"]
        noticed = counts["caught"] + counts["timeout"]
        say(f"{room}: {noticed} of {tried} noticed ({100 * noticed / max(tried, 1):.1f} %), {counts['accepted']} listed with a reason: {dict(counts)}")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
