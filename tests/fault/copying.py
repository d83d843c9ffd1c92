"""A PostgreSQL database as a SQLite file, so that the books are read by one set of questions."""
import sqlite3

COLUMNS = ("SELECT table_name, string_agg(column_name || ':' || data_type, ',' "
           "ORDER BY ordinal_position) FROM information_schema.columns "
           "WHERE table_schema = current_schema() GROUP BY table_name ORDER BY table_name")
ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\", "b": "\b", "f": "\f", "v": "\v"}


def unescape(field):
    """One field of COPY's text form."""
    if "\\" not in field:
        return field
    parts, at = [], 0
    while (found := field.find("\\", at)) >= 0:
        parts += [field[at:found], ESCAPES.get(field[found + 1], field[found + 1])]
        at = found + 2
    return "".join(parts) + field[at:]


def value(field, kind):
    if field == "\\N":
        return None
    if kind == "bigint":
        return int(field)
    if kind == "boolean":
        return int(field == "t")
    text = unescape(field)
    return bytes.fromhex(text[2:]) if kind == "bytea" else text


def copy(server, database, path):
    file = sqlite3.connect(path)
    for line in server.sql(COLUMNS, database).splitlines():
        table, listed = line.split("|")
        columns = [column.split(":") for column in listed.split(",")]
        names = ", ".join(name for name, _ in columns)
        file.execute(f"CREATE TABLE {table} ({names})")
        lines = server.sql(f"COPY (SELECT {names} FROM {table}) TO STDOUT", database, strip=False)
        kinds = [kind for _, kind in columns]
        file.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})",
                         ([value(field, kind) for field, kind in zip(row.split("\t"), kinds)]
                          for row in lines.split("\n") if row))
    file.commit()
    file.close()
