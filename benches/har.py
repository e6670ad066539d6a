#!/usr/bin/env python3
"""Times the command line on a HAR of 300 MB with one login in it, and what json.load of Python takes for the same file.

`./dev bench har` builds the program and runs this: PROGRAM [MEGABYTES]. The file is made in a temporary folder: scripts,
pictures in base64 and pages without SAML, and in the middle the entries of a scenario.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 3
SCENARIO = os.path.join(os.path.dirname(__file__), "../tests/scenarios/clean-generic-okta-har/input.har")
LOAD = """
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    entries = json.load(file)["log"]["entries"]
print(len(entries))
"""


def noise(rng, number):
    """An entry that has nothing to do with a login, of the size that such entries have."""
    kind = number % 4
    if kind == 0:
        content = {"mimeType": "image/webp", "encoding": "base64", "text": "".join(
            rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", k=rng.randrange(2_000, 90_000)))}
    elif kind == 1:
        words = rng.choices(['function(e,t){return e["id"]||t}', "\n\t", "var a=b?c:d;", "\\u003c", "class{", "}", "'x'"], k=2000)
        content = {"mimeType": "text/javascript", "text": "".join(words)}
    elif kind == 2:
        content = {"mimeType": "text/html", "text": '<div class="row">\n<a href="/p">text</a></div>\n' * rng.randrange(20, 900)}
    else:
        content = {"mimeType": "application/json", "text": json.dumps([{"id": n, "name": "item"} for n in range(300)])}
    headers = [{"name": f"x-header-{n}", "value": "v" * 40} for n in range(12)]
    return {
        "startedDateTime": "2026-03-12T08:00:00.000Z", "time": 12.3,
        "request": {"method": "GET", "url": f"https://cdn.acme.example/asset/{number}", "headers": headers, "bodySize": 0},
        "response": {"status": 200, "headers": headers, "content": content, "redirectURL": ""},
    }


def make(path, size):
    rng = random.Random(7)
    with open(SCENARIO, encoding="utf-8") as file:
        login = json.load(file)["log"]["entries"]
    # A few hundred entries, over and over: making them takes longer than reading.
    texts = [json.dumps(noise(rng, number)) for number in range(400)]
    written, entries, is_in = 0, 0, False
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[],"entries":[')
        while written < size:
            batch = [rng.choice(texts)]
            if not is_in and written > size // 2:
                batch, is_in = [json.dumps(entry) for entry in login], True
            file.write(("," if written else "") + ",".join(batch))
            written += sum(len(text) + 1 for text in batch)
            entries += len(batch)
        file.write("]}}")
    return entries


def run(command, out):
    """Seconds, and the peak of the memory in MB (VmHWM), of one run."""
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdout=out)
    peak = 0
    while child.poll() is None:
        try:
            with open(f"/proc/{child.pid}/status", encoding="ascii") as status:
                peak = max([peak] + [int(line.split()[1]) for line in status if line.startswith("VmHWM")])
        except OSError:
            pass
        time.sleep(0.002)
    return time.perf_counter() - begun, peak / 1024


def main():
    program, size = sys.argv[1], int(sys.argv[2] if len(sys.argv) > 2 else 300) * 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "large.har")
        entries = make(path, size)
        megabytes = os.path.getsize(path) / 1e6
        print(f"a HAR of {megabytes:.0f} MB, {entries} entries, one login")
        report = os.path.join(folder, "report.json")
        rows = []
        for name, command in [
            ("samlens inspect", [program, "inspect", "--format", "json", path]),
            ("Python's json.load", [sys.executable, "-c", LOAD, path]),
        ]:
            with open(report, "w", encoding="utf-8") as out:
                results = [run(command, out) for _ in range(RUNS)]
                out.flush()
            if name.startswith("samlens"):
                with open(report, encoding="utf-8") as file:
                    first = json.JSONDecoder().raw_decode(file.read())[0]
                found = [capture["kind"] for capture in first["captures"]]
                assert len(found) == 2, found
            seconds, peak = statistics.median(r[0] for r in results), max(r[1] for r in results)
            rows.append((seconds, peak))
            print(f"{name:20} {seconds:6.2f} s {megabytes / seconds:7.0f} MB/s {peak:8.1f} MB at most")
        (ours, our_peak), (theirs, their_peak) = rows
        print(f"{theirs / ours:.1f} times as fast, {their_peak / our_peak:.0f} times less memory")


if __name__ == "__main__":
    main()
