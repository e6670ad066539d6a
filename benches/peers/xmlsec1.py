#!/usr/bin/env python3
"""Parses and verifies FILE with xmlsec1 RUNS times and prints one line of JSON (see README.md).

xmlsec1 times only the verification, not the parsing before it ("Executed 3 tests in …"), so the wall
time of the whole process is taken, and what is not wanted is subtracted:

    one run = (wall time of `--repeat 1+RUNS` - least wall time of `--repeat 1`) / RUNS

five times over, of which the median and the least are printed. It reads the file anew for each repeat
(from the page cache) and loads the certificate once. A file above 10 MB is verified once per process,
and the process's own wall time is taken: its start is a few milliseconds of some seconds.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

SAMPLES = 5
LARGE = 10_000_000


def main():
    if len(sys.argv) != 4:
        raise SystemExit("usage: xmlsec1.py FILE CERT RUNS")
    file, cert, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    # Only the pinned key: without --enabled-key-data it would first try KeyInfo's own certificate.
    command = ["xmlsec1", "--verify", "--enabled-key-data", "key-name,rsa", "--pubkey-cert-pem", cert,
               "--id-attr:ID", root_name(file)]  # fmt: skip

    processes = []

    def wall(repeat):
        processes.append(run_once([*command, "--repeat", str(repeat), file]))
        return processes[-1]["ms"]

    if os.path.getsize(file) > LARGE:
        times = [wall(1) for _ in range(runs)]
    else:
        once = min(wall(1) for _ in range(SAMPLES))
        times = [(wall(1 + runs) - once) / runs for _ in range(SAMPLES)]

    why = next((process["why"] for process in processes if process["why"]), None)
    print(json.dumps({
        "peer": "xmlsec1",
        "version": re.search(r"[\d.]+\d", subprocess.check_output(["xmlsec1", "--version"], text=True))[0],
        "file": file,
        "ok": why is None,
        "why": why,
        "runs": runs,
        "median_ms": statistics.median(times),
        "min_ms": min(times),
        "max_rss_kb": max(process["rss_kb"] for process in processes),
    }))  # fmt: skip


def root_name(file):
    """`namespace:name` of the root, which is what is signed: its ID attribute is to be registered."""
    _, root = next(ElementTree.iterparse(file, events=["start"]))
    return root.tag.strip("{").replace("}", ":")


def run_once(command):
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    spent = (time.perf_counter() - start) * 1000
    process.returncode = os.waitstatus_to_exitcode(status)
    holds = process.returncode == 0 and said.startswith("OK\n")
    return {"ms": spent, "rss_kb": usage.ru_maxrss, "why": None if holds else said[:200]}


if __name__ == "__main__":
    main()
