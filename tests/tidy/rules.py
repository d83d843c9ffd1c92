#!/usr/bin/env python3
"""The rules of the tree, checked on the text of the files.

Run: tests/tidy/rules.py [ROOT]. Prints one line a finding and exits 1 when there is any.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
FILE_LINES_MAX = 400
PROTO_LINES_MAX = 300
MAIN_LINES_MAX = 60
FUNCTION_LINES_MAX = 60
README_LINES_MAX = 40

# Each library may use only those before it.
LIBRARIES = ["base", "faults", "errors", "codes", "qr", "names", "config", "calendar", "telemetry",
             "store", "ledger", "blob", "policy", "auth", "rpc"]
SERVICES = ["registry", "inspection", "credit", "sanction", "trace"]
DOMAIN_LIBRARIES = {"base", "faults", "errors", "codes", "names", "calendar"}
STORE_LIBRARIES = DOMAIN_LIBRARIES | {"store", "ledger"}
INCLUDE = re.compile(r'^\s*#include\s+[<"]([^>"]+)[>"]', re.M)


def tracked_files():
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True, check=True).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def layer_of(path):
    """The layer of a service's file, told by its name."""
    stem = re.sub(r"_test$", "", path.stem)
    if path.stem.endswith("_test") or path.stem.startswith("testing"):
        return "test"
    if stem == "main" or len(path.relative_to(ROOT).parts) == 3:
        return "main"
    named = re.match(r"(store|service|convert|reactions)(_[a-z_]+)?$", stem)
    return named[1] if named else "domain"


def check_library_includes(path, includes):
    own = path.relative_to(ROOT).parts[1]
    if own not in LIBRARIES:
        return
    for include in includes:
        if include.startswith("services/"):
            yield f"a library includes a service: {include}"
        match = re.match(r"libs/(\w+)/", include)
        if match and LIBRARIES.index(match[1]) > LIBRARIES.index(own):
            yield f"libs/{own} includes the later libs/{match[1]}"


def check_service_includes(path, includes):
    own = path.relative_to(ROOT).parts[1]
    if own == "ctl":
        return
    layer = layer_of(path)
    for include in includes:
        other = re.match(r"services/(\w+)/", include)
        if other and other[1] != own:
            yield f"includes another service: {include}"
        library = re.match(r"libs/(\w+)/", include)
        if layer == "domain":
            if library and library[1] not in DOMAIN_LIBRARIES:
                yield f"domain includes {include}"
            if re.search(r"\.pb\.h$|^grpc|sqlite3\.h|/(store|service|convert|reactions)\.h$", include):
                yield f"domain includes {include}"
        if layer == "store":
            if library and library[1] not in STORE_LIBRARIES:
                yield f"store includes {include}"
            if re.search(r"\.grpc\.pb\.h$|^grpc|/(service|convert|reactions)\.h$", include):
                yield f"store includes {include}"


def bare(line):
    """A line without comment and without what stands in quotes, so that braces can be counted."""
    return re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])\'|//.*', "", line)


def check_functions(text):
    """The length of each outermost function body; bodies inside one count as part of it."""
    begin, depth = None, 0
    text = re.sub(r'R"(\w*)\(.*?\)\1"', lambda raw: "\n" * raw[0].count("\n"), text, flags=re.S)
    for number, line in enumerate(text.split("\n"), 1):
        code = bare(line)
        if begin is None:
            opens = re.search(r"\)( const| noexcept| override| final| mutable)*( -> [\w:<>*&, ]+)? \{$", code)
            if opens and not re.match(r"\s*(if|for|while|switch|TEST_CASE)\b", code):
                begin, depth = number, 0
        if begin is not None:
            depth += code.count("{") - code.count("}")
            if depth <= 0:
                if number - begin + 1 > FUNCTION_LINES_MAX:
                    yield f"line {begin}: function of {number - begin + 1} lines"
                begin = None


def check_source(path, text):
    lines = text.count("\n")
    relative = path.relative_to(ROOT)
    if lines > FILE_LINES_MAX:
        yield f"{lines} lines, more than {FILE_LINES_MAX}"
    if path.name == "main.cc" and lines > MAIN_LINES_MAX:
        yield f"main has {lines} lines, more than {MAIN_LINES_MAX}"
    includes = INCLUDE.findall(text)
    if relative.parts[0] == "libs" and len(relative.parts) > 2:
        yield from check_library_includes(path, includes)
    if relative.parts[0] == "services":
        yield from check_service_includes(path, includes)
    # libs/faults/disk.cc is the disk under SQLite, not a user of it.
    if relative.parts[:2] != ("libs", "store") and re.search(r"\bsqlite3_\w+\(", text):
        at_home = relative.parts[0] == "tests" or relative.as_posix() == "libs/faults/disk.cc"
        if not at_home and not path.stem.endswith("_test"):
            yield "SQLite is called outside libs/store"
    if re.search(r"Sql\s*\{\s*(absl::|std::string|\w+\.c_str|\w+\s*\+)", text):
        if relative.parts[:2] != ("libs", "store"):
            yield "SQL built from strings"
    yield from check_functions(text)


def check_text(path, text):
    if path.name == "rules.py":
        return
    if re.search(r"\b(TODO|FIXME)\b", text):
        yield "a mark of unfinished work"
    if re.search(r"(^|[\s\"'(=])/(work|root|home)/", text, re.M):
        yield "a path of one machine"


def check_tree():
    for library in LIBRARIES:
        readme = ROOT / "libs" / library / "README.md"
        if not readme.exists():
            yield f"libs/{library}: no README.md"
        elif len(readme.read_text().splitlines()) > README_LINES_MAX:
            yield f"libs/{library}/README.md: more than {README_LINES_MAX} lines"
    for service in SERVICES:
        if not (ROOT / "services" / service / "DESIGN.md").exists():
            yield f"services/{service}: no DESIGN.md"


def findings():
    yield from check_tree()
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        checks = [check_text(path, text)]
        if path.suffix in (".cc", ".h"):
            checks.append(check_source(path, text))
        if path.suffix == ".proto" and text.count("\n") > PROTO_LINES_MAX:
            checks.append([f"{text.count(chr(10))} lines, more than {PROTO_LINES_MAX}"])
        for check in checks:
            for finding in check:
                yield f"{path.relative_to(ROOT)}: {finding}"


def main():
    found = list(findings())
    for line in found:
        print(line)
    print(f"tidy: {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
