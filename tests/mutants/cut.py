#!/usr/bin/env python3
"""Writes the lower half of the engine, which needs nothing of the upper, as a crate of its own: what mutation testing of it
builds in a tenth of the time. `./dev mutants` calls it: cut.py FOLDER."""

import re
import shutil
import sys
from pathlib import Path

root = Path(__file__).parents[2]
out = Path(sys.argv[1])

# What reads a message, and the tests that ask nothing of the rest.
ROOMS = ["crypto", "dsig", "intake", "saml", "xenc", "xml"]
FILES = ["instant.rs", "limits.rs", "sorted.rs", "stated.rs"]
TESTS = ["canonical", "mutation", "signatures", "wrapping", "xml_errors", "xml_oracle"]

out.mkdir(parents=True, exist_ok=True)
for part in ["src", "tests"]:
    shutil.rmtree(out / part, ignore_errors=True)
for room in ROOMS:
    for source in [root / "src" / f"{room}.rs", root / "src" / room]:
        if source.is_dir():
            shutil.copytree(source, out / "src" / room)
        elif source.exists():
            (out / "src").mkdir(exist_ok=True)
            shutil.copy(source, out / "src")
for name in FILES:
    shutil.copy(root / "src" / name, out / "src" / name)

lib = "#![allow(dead_code, missing_docs)]\n" + "".join(f"pub mod {name};\n" for name in sorted(ROOMS + [f[:-3] for f in FILES]))
(out / "src/lib.rs").write_text(lib)

(out / "tests/engine").mkdir(parents=True)
for name in TESTS:
    shutil.copy(root / f"tests/engine/{name}.rs", out / "tests/engine")
    if (root / f"tests/engine/{name}").is_dir():
        shutil.copytree(root / f"tests/engine/{name}", out / f"tests/engine/{name}")
(out / "tests/engine/main.rs").write_text("".join(f"mod {name};\n" for name in TESTS))
for folder in ["c14n", "crypto", "encrypted", "intake", "signatures"]:
    shutil.copytree(root / "tests/fixtures" / folder, out / "tests/fixtures" / folder)
for scenario in ["sig-pretty-printed", "clean-generic-encrypted"]:
    shutil.copytree(root / "tests/scenarios" / scenario, out / "tests/scenarios" / scenario)

for name in ["tests/golden/redirect-url/input.txt", "tests/golden/error-jwt/input.txt", "src/checks/testing/idp-metadata.xml"]:
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(root / name, out / name)

manifest = (root / "Cargo.toml").read_text()
section = lambda head: re.search(rf"^\[{re.escape(head)}\]\n.*?(?=^\[)", manifest, re.S | re.M).group(0)
(out / "Cargo.toml").write_text(
    re.sub(r"^(autobins|rust-version|description|publish|license).*\n", "", section("package"), flags=re.M)
    + '[workspace]\n\n[[test]]\nname = "engine"\npath = "tests/engine/main.rs"\n\n'
    + section("dependencies")
    + section("target.'cfg(not(target_arch = \"wasm32\"))'.dev-dependencies")
    + '[profile.dev]\ndebug = 0\n\n[profile.dev.package."*"]\nopt-level = 1\n'
)
shutil.copy(root / "Cargo.lock", out / "Cargo.lock")
