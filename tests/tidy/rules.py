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
# Calls that take a statement, first or after the transaction.
STATEMENT_CALL = r"\b(?:Query|QueryOne|ForEach|Execute|Post|Expect|Select|ExpectSelect)\s*\("
# Where a statement may be built outside of libs/store, and how many: what is joined there are constants of
# the program, once, and the number of rows that a group has; nothing of what a caller sent.
BUILT_STATEMENTS = {"libs/ledger/pending.cc": 2}
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


def arguments(text, opened):
    """What stands, between commas, in the parenthesis or brace that opens at `opened`."""
    parts, depth = [""], 0
    for piece in re.finditer(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'|.', text[opened:], re.S):
        character = piece[0]
        depth += (character in "({[") - (character in ")}]")
        if depth == 0:
            return [part.strip() for part in parts]
        if depth == 1 and character == ",":
            parts.append("")
        elif piece.start() > 0:
            parts[-1] += character
    return []


def built_statements(text):
    """Statements that are not constants of the program: in a call that takes one, and where one is made."""
    text = re.sub(r"//[^\n]*", "", text)
    for call in re.finditer(STATEMENT_CALL, text):
        given = arguments(text, call.end() - 1)
        first = 1 if given and re.fullmatch(r"\*?\w*tx_?", given[0]) else 0
        yield from filter(is_built, given[first:first + 1])
    for made in re.finditer(r"\bSql\s*(?:\w+\s*)?(?:=\s*)?(?=\{)", text):
        given = arguments(text, made.end())
        yield from filter(is_built, ["{" + part + "}" for part in given[:1]])
    yield from re.findall(r"\bSql\s*(?:\w+\s*)?\((?=[^)\n]*(?:StrCat|c_str|\+))[^;]*", text)


def is_built(argument):
    """An argument of a statement's type that is neither a literal, a constant nor a statement made elsewhere."""
    text = re.sub(r'"(?:\\.|[^"\\])*"', "", argument)
    if "StrCat" in text or "c_str" in text or "data()" in text:
        return True
    braced = re.fullmatch(r"(?:(?:store::)?Sql\s*)?\{(.*)\}", text.strip(), re.S)
    if braced is None:
        return False
    # What decides between two constants is no text.
    chosen = re.sub(r"[^?:]*\?|:(?!:)", " ", braced[1])
    return bool(re.sub(r"\b(?:\w+::)*k[A-Z]\w*(\.text)?\b", "", chosen).strip())


def check_built():
    """A rule that cannot find anything is no rule."""
    bad = ["tx.Query({text.c_str()}, {})", "tx.QueryOne({absl::StrCat(kA, name)}, Values(1))",
           "const Sql sql = {text};", "kTable.Select(tx, {tail.c_str()}, {})", "tx.Post(Sql{absl::StrCat(a)}, {})",
           "tx.ForEach({a + b}, {}, row)", "Sql sql{name.data()};", "tx->Execute({given ? kA : name}, {})",
           "const Sql sql(absl::StrCat(a));"]
    good = ["tx.Query(kAll, {})", 'tx.QueryOne({"SELECT a, b" " FROM t"}, Values(a + b))',
            "tx.Execute(kKeep, {kRow, Micros(t)})", "kTable.Select(tx, Sql{kOfCase}, key)", "struct Sql;",
            "const Sql tail = all ? Sql{kAll} : Sql{kOne};", 'const Sql sql = {a.empty() ? "SELECT 1" : kTwo.text};',
            "kTable.ForEach(tx, {kTail}, Values(name + 1), row)"]
    yield from (f"rules.py does not find: {one}" for one in bad if not list(built_statements(one)))
    yield from (f"rules.py refuses: {one}" for one in good if list(built_statements(one)))


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
    if relative.parts[:2] != ("libs", "store") and not path.stem.endswith("_test"):
        built = list(built_statements(text))
        allowed = BUILT_STATEMENTS.get(relative.as_posix(), 0)
        if len(built) > allowed:
            yield from (f"SQL built from strings: {part}" for part in built)
        elif len(built) < allowed:
            yield f"{len(built)} built statements, and rules.py allows {allowed}"
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
    yield from check_built()
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
