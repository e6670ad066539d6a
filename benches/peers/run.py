#!/usr/bin/env python3
"""Runs the peers, and whatever of ours is given, over the same files in one run, and prints a table.

    ./run.py --build                                build the peers first (cargo, npm)
    ./run.py --ours native 'CMD FILE CERT RUNS'     let our own command join; may be given more than once

In the command the words FILE, CERT and RUNS are replaced; it prints the line of JSON that README.md
describes. What is missing is skipped, and the table says so.
"""

import argparse
import base64
import json
import os
import pathlib
import re
import shlex
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "data"
OUT = DATA / "out"
CORPUS = pathlib.Path(os.environ.get("SAMLENS_CORPUS", HERE.parents[2] / "shared" / "corpus"))
BERGSHAMRA = HERE / "target/release/bergshamra-peer"

# Runs of each file in each round: enough that each command is warm for nearly all of them.
RUNS = {"response": 2000, "federation": 30, "aggregate": 1}
# These get so many times fewer, or a round would last minutes.
SLOW = {"xml-crypto": 5}
# What took longer than this (or failed) in one round is not run again in the next.
PATIENCE_S = 60

# What is promised: (ours, peer, file or None for every file, at least how many times as fast).
GOALS = [
    ("native", "bergshamra", None, 1),
    ("native", "xmlsec1", "aggregate", 3),
    ("wasm", "xml-crypto", None, 30),
    ("wasm", "xmlsec1", "aggregate", 1),
]
# (ours, file, at most how many times the input in memory)
MEMORY_GOALS = [("native", "aggregate", 3)]


# --- the files ---


def inputs():
    """{key: (path, certificate)}, each from the corpus where it is there, else from our own data."""
    OUT.mkdir(exist_ok=True)
    found = {}

    google = CORPUS / "crewjam+saml/testdata/TestSPCanHandlePlaintextResponse_response"
    if google.exists():
        decoded = OUT / "google-response.xml"
        decoded.write_bytes(base64.b64decode(google.read_bytes()))
        found["response"] = (decoded, embedded_certificate(decoded))
    else:
        say("the captured Google response is missing: our own of the same shape stands in")
        found["response"] = (DATA / "response.xml", DATA / "response.pem")

    edugain = CORPUS / "aggregates/wayf-edugain-1736k.xml"
    if edugain.exists():
        found["federation"] = (edugain, embedded_certificate(edugain))
    else:
        say("the eduGAIN file is missing: a synthetic one of the same size stands in")
        found["federation"] = synthetic("1.74")

    found["aggregate"] = synthetic("90")
    return {key: pair for key, pair in found.items() if pair}


def embedded_certificate(path):
    """The file's own certificate as PEM: these two are verified with what they carry."""
    signature = re.search(rb"<ds:Signature[ >].*?</ds:Signature>", path.read_bytes(), re.S)[0]
    body = re.search(rb"<ds:X509Certificate>([^<]+)<", signature)[1].decode().split()
    target = OUT / f"{path.stem}.pem"
    lines = re.findall(".{1,64}", "".join(body))
    target.write_text("\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""]))
    return target


def synthetic(size):
    path = OUT / f"aggregate-{size}m.xml"
    if not path.exists():
        say(f"writing {path.name} (10 s at 90 MB)")
        if subprocess.run([sys.executable, DATA / "aggregate.py", "--size", size]).returncode != 0:
            say(f"{path.name} could not be written: skipped")
            return None
    return path, path.with_suffix(".pem")


# --- the commands ---


def peers():
    """{name: words of the command}; a peer that is missing is named and left out."""
    known = {
        "bergshamra": (BERGSHAMRA.exists(), [str(BERGSHAMRA)], "./run.py --build"),
        "xmlsec1": (shutil.which("xmlsec1"), [sys.executable, str(HERE / "xmlsec1.py")], "apt-get install xmlsec1"),
        "xml-crypto": (
            shutil.which("node") and (HERE / "node_modules/xml-crypto").exists(),
            ["node", str(HERE / "xml-crypto.mjs")],
            "./run.py --build (and Node.js)",
        ),
    }
    for name, (there, _, remedy) in known.items():
        if not there:
            say(f"{name} is missing: skipped ({remedy})")
    return {name: [*words, "FILE", "CERT", "RUNS"] for name, (there, words, _) in known.items() if there}


def build():
    environment = {**os.environ, "CARGO_TARGET_DIR": str(HERE / "target")}
    for command in (["cargo", "build", "--release", "--locked"], ["npm", "ci", "--no-audit", "--no-fund"]):
        if not shutil.which(command[0]) or subprocess.run(command, cwd=HERE, env=environment).returncode != 0:
            say(f"{shlex.join(command)} did not succeed")


def run_once(name, words, file, cert, runs, timeout):
    values = {"FILE": str(file), "CERT": str(cert), "RUNS": str(runs)}
    command = [values.get(word, word) for word in words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
        line = json.loads(done.stdout.strip().splitlines()[-1])
    except subprocess.TimeoutExpired:
        line = {"ok": False, "why": f"not done within {timeout} s"}
    except (OSError, ValueError, IndexError) as error:
        line = {"ok": False, "why": f"no figures: {error}"}
        if not isinstance(error, OSError):
            line["why"] = f"exit {done.returncode}: {(done.stderr.strip() or 'no figures')[-200:]}"
    return {**line, "peer": name, "file": file.name}


# --- the rounds, and what comes of them ---


def measure(files, commands, rounds, timeout, lines):
    """{(file key, name): [lines]}: every round over every file, each in the other order than before."""
    measured = {}
    for key, (file, cert) in files.items():
        order = list(commands)
        for round_number in range(rounds):
            for name in order:
                before = measured.setdefault((key, name), [])
                if before and not (before[-1]["ok"] and before[-1]["median_ms"] < PATIENCE_S * 1000):
                    continue
                runs = max(1, RUNS[key] // SLOW.get(name, 1))
                line = run_once(name, commands[name], file, cert, runs, timeout)
                before.append(line)
                lines.write(json.dumps({**line, "round": round_number + 1}) + "\n")
                lines.flush()
                say(f"{key}, round {round_number + 1}, {name}: {milliseconds(line.get('median_ms'))} {line.get('why') or ''}")
            order.reverse()
    return measured


def summary(lines):
    """The median of the rounds' medians, the least of all, the most memory; or why there is none."""
    bad = next((line for line in lines if not line["ok"]), None)
    if bad or not lines:
        return {"why": (bad or {}).get("why") or "does not verify"}
    memory = [line["max_rss_kb"] for line in lines if line.get("max_rss_kb")]
    return {
        "median": statistics.median(line["median_ms"] for line in lines),
        "min": min(line["min_ms"] for line in lines),
        "rss": max(memory) * 1024 if memory else None,
    }


def milliseconds(value):
    if value is None:
        return "-"
    return f"{value:,.2f} ms" if value < 10 else f"{value:,.1f} ms" if value < 1000 else f"{value / 1000:,.2f} s"


def times_as_fast(peer, our, by):
    return peer[by] / our[by] if by in peer and by in our else None


def rounded(times):
    return "-" if times is None else f"{times:.2f}" if times < 10 else f"{times:,.0f}"


def table(files, results, ours, by):
    head = ["file", "", "median", "least", "memory", "of input", *(f"{name} is … times as fast" for name in ours)]
    rows = [head, ["---", "---", *["---:"] * (len(head) - 2)]]
    for key, (file, _) in files.items():
        size = file.stat().st_size
        for name in [*ours, *(name for name in results[key] if name not in ours)]:
            result = results[key][name]
            label = f"{key}, {size / 1e6:.2f} MB" if size > 1e5 else f"{key}, {size / 1e3:.1f} kB"
            if "why" in result:
                reason = result["why"].replace("|", "/").replace("\n", " ")[:80]
                rows.append([label, name, f"fails: {reason}", *["-"] * (len(head) - 3)])
                continue
            rss = result["rss"]
            memory = [f"{rss / 1e6:,.0f} MB", f"{rss / size:.1f} ×"] if rss else ["-", "-"]
            if size < 1e6:
                memory[1] = "-"
            ratios = ["" if name in ours else rounded(times_as_fast(result, results[key][our], by)) for our in ours]
            rows.append([label, name, milliseconds(result["median"]), milliseconds(result["min"]), *memory, *ratios])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def goals(files, results, by):
    """Every goal that this run can answer: whether it holds, and what was measured."""
    answers = []
    for our, peer, only, least in GOALS:
        for key in files:
            if only not in (None, key) or our not in results[key]:
                continue
            times = times_as_fast(results[key].get(peer, {}), results[key][our], by)
            if "why" in results[key][our]:
                answers.append((False, f"{our} on the {key}: no time to compare with {peer}"))
            elif times is not None:
                answers.append((times >= least, f"{our} is {times:.2f} times as fast as {peer} on the {key}; wanted {least}"))
    for our, key, most in MEMORY_GOALS:
        rss = results.get(key, {}).get(our, {}).get("rss")
        if rss:
            times = rss / files[key][0].stat().st_size
            answers.append((times <= most, f"{our} holds {times:.2f} times the {key} in memory; at most {most} wanted"))
    return answers


def say(text):
    print(f"peers: {text}", file=sys.stderr, flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--ours", nargs=2, action="append", default=[], metavar=("NAME", "COMMAND"))
    options.add_argument("--build", action="store_true", help="build the peers first")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--files", default=",".join(RUNS), help="of response,federation,aggregate")
    options.add_argument("--peers", default="bergshamra,xmlsec1,xml-crypto")
    options.add_argument("--by", choices=("median", "min"), default="median", help="what the ratios compare")
    options.add_argument("--timeout", type=int, default=600, help="seconds for one command (600)")
    options.add_argument("--json", type=pathlib.Path, default=OUT / "peers.jsonl", help="where the raw lines go")
    options.add_argument("--check", action="store_true", help="fail where a goal does not hold")
    given = options.parse_args()

    if given.build:
        build()
    ours = {name: shlex.split(command) for name, command in given.ours}
    files = {key: pair for key, pair in inputs().items() if key in given.files.split(",")}
    commands = {**ours, **{name: words for name, words in peers().items() if name in given.peers.split(",")}}

    load = [os.getloadavg()[0]]
    given.json.parent.mkdir(parents=True, exist_ok=True)
    with given.json.open("w") as lines:
        measured = measure(files, commands, given.rounds, given.timeout, lines)
    results = {key: {name: summary(measured.get((key, name), [])) for name in commands} for key in files}

    load.append(os.getloadavg()[0])
    print(table(files, results, list(ours), given.by))
    print(f"\nLoad average on {os.cpu_count()} cores: {load[0]:.1f} before, {load[1]:.1f} after.\n")
    answers = goals(files, results, given.by)
    for holds, text in answers:
        print(f"- {'holds' if holds else 'DOES NOT HOLD'}: {text}")
    if given.check and not all(holds for holds, _ in answers):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
