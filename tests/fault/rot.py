"""Bits that are flipped in a store at rest, in rows of tables that a test names. Keys stay as they are: a
damaged one leads look-ups of its neighbours astray, which store_test is about."""
import sqlite3

# A row's digest is its last column: what lies before it in the file are the row's other columns.
DIGEST = "digest"
# A longer row goes on in another page.
ROW_BYTES_MAX = 800


class Store:
    """A stopped service's file and some of its tables."""

    def __init__(self, path, tables):
        self.path = path
        self.whole = path.read_bytes()
        self.before = {table: rows_of(path, table) for table in tables}

    def spoil(self, random, flips):
        """Flips one bit in each of so many rows. Gives how many were chosen, and {table: keys} of those
        that SQLite now reads otherwise; some bytes were no row's any more."""
        chosen = [(table, key) for table, rows in self.before.items() for key in rows]
        chosen = random.sample(chosen, min(flips, len(chosen)))
        data = bytearray(self.whole)
        for table, key in chosen:
            at = place_of(self.whole, self.before[table][key], random)
            if at is not None:
                data[at] ^= 1 << random.randrange(8)
        self.path.write_bytes(bytes(data))
        now = {table: rows_of(self.path, table) for table in self.before}
        return len(chosen), {table: {key for key, row in now[table].items() if rows.get(key) != row}
                             for table, rows in self.before.items()}

    def restore(self):
        for beside in ("-wal", "-shm"):
            self.path.with_name(self.path.name + beside).unlink(missing_ok=True)
        self.path.write_bytes(self.whole)


def rows_of(path, table):
    """{key as the check at rest names it: the row's values}, as SQLite gives them, whatever they are."""
    connection = sqlite3.connect(path)
    # A damaged text need not be one.
    connection.text_factory = bytes
    try:
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        keys = [column[1].decode() for column in sorted(columns, key=lambda column: column[5]) if column[5]]
        others = [column[1].decode() for column in columns if not column[5]]
        assert others[-1] == DIGEST, others
        rows = connection.execute(f"SELECT {', '.join(keys + others)} FROM {table}").fetchall()
        return {b", ".join(map(readable, row[:len(keys)])): row[len(keys):] for row in rows}
    finally:
        connection.close()


def readable(value):
    return value if isinstance(value, bytes) else str(value).encode()


def place_of(data, values, random):
    """A byte of the row beside its key: of its digest, or of as much before it as texts and bytes take."""
    digest = values[-1]
    at = data.rfind(digest)
    body = sum(len(value) for value in values[:-1] if isinstance(value, bytes))
    if at < 0 or body > ROW_BYTES_MAX:
        return None
    return at + len(digest) - 1 - random.randrange(body + len(digest))
