#include "libs/store/dialect.h"

#include <array>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace shian::store {
namespace {

using absl::string_view;

struct Type {
  string_view ours;
  string_view sqlite;
  string_view postgres;
};
// Bytes compare alike everywhere; texts only when no language's rules get in between.
constexpr std::array<Type, 4> kTypes = {{
    {"INT64", "INTEGER", "BIGINT"},
    {"TEXT", "TEXT", "TEXT COLLATE \"C\""},
    {"BYTES", "BLOB", "BYTEA"},
    {"BOOL", "INTEGER", "BOOLEAN"},
}};

constexpr std::array<string_view, 14> kNotPortable = {
    "AUTOINCREMENT", "BIGINT", "BLOB",  "BYTEA",  "DATETIME", "INT",     "INTEGER",
    "PRAGMA",        "REAL",   "ROWID", "SERIAL", "STRICT",   "VARCHAR", "WITHOUT",
};

bool IsWordStart(char c) { return absl::ascii_isalpha(c) || c == '_'; }
bool IsWordPart(char c) { return absl::ascii_isalnum(c) || c == '_'; }

// The next piece of SQL: a quoted text, a comment, a word, an argument or a single character.
string_view NextPiece(string_view rest) {
  const auto upto = [&](size_t end) { return rest.substr(0, end); };
  if (rest[0] == '\'' || rest[0] == '"') {
    const size_t end = rest.find(rest[0], 1);
    return end == string_view::npos ? rest : upto(end + 1);
  }
  if (rest.substr(0, 2) == "--") return upto(rest.find('\n'));
  size_t end = 1;
  if (IsWordStart(rest[0])) {
    while (end < rest.size() && IsWordPart(rest[end])) ++end;
  } else if (rest[0] == '$') {
    while (end < rest.size() && absl::ascii_isdigit(rest[end])) ++end;
  }
  return upto(end);
}

bool IsComment(string_view piece) { return piece.substr(0, 2) == "--"; }

string_view RenderedWord(string_view word, Dialect dialect) {
  for (const Type& type : kTypes) {
    if (word == type.ours) return dialect == Dialect::kSqlite ? type.sqlite : type.postgres;
  }
  return word;
}

// Renders one migration, statement after statement.
class SchemaRenderer {
 public:
  explicit SchemaRenderer(Dialect dialect) : dialect_(dialect) {}

  absl::StatusOr<std::string> Render(string_view source) {
    while (!source.empty()) {
      const string_view piece = NextPiece(source);
      source.remove_prefix(piece.size());
      if (!IsComment(piece)) Take(piece);
    }
    if (!refused_.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("not portable SQL: ", refused_));
    }
    return out_;
  }

 private:
  void Take(string_view piece) {
    if (piece == ";") return EndStatement();
    if (!IsWordStart(piece[0])) {
      absl::StrAppend(&out_, piece);
      return;
    }
    const std::string word = absl::AsciiStrToUpper(piece);
    if (words_.size() < 2) words_.push_back(word);
    if (word == "HEAP") {
      heap_ = true;
      return;
    }
    for (const string_view refused : kNotPortable) {
      if (word == refused) refused_ = word;
    }
    absl::StrAppend(&out_, RenderedWord(piece, dialect_));
  }

  void EndStatement() {
    const bool table = words_ == std::vector<std::string>{"CREATE", "TABLE"};
    if (table && dialect_ == Dialect::kSqlite) {
      absl::StrAppend(&out_, heap_ ? " STRICT" : " STRICT, WITHOUT ROWID");
    }
    absl::StrAppend(&out_, ";");
    words_.clear();
    heap_ = false;
  }

  const Dialect dialect_;
  std::string out_;
  std::string refused_;
  std::vector<std::string> words_;  // the first two of the statement
  bool heap_ = false;
};

}  // namespace

std::string RenderStatement(absl::string_view source, Dialect dialect) {
  std::string out;
  out.reserve(source.size());
  while (!source.empty()) {
    const string_view piece = NextPiece(source);
    source.remove_prefix(piece.size());
    if (piece[0] == '$' && dialect == Dialect::kSqlite) {
      absl::StrAppend(&out, "?", piece.substr(1));
    } else {
      absl::StrAppend(&out, RenderedWord(piece, dialect));
    }
  }
  return out;
}

const char* TablesQuery(Dialect dialect) {
  if (dialect == Dialect::kSqlite) {
    return "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
  }
  return "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() "
         "AND table_type = 'BASE TABLE' ORDER BY table_name";
}

const char* ColumnsQuery(Dialect dialect) {
  if (dialect == Dialect::kSqlite) {
    return "SELECT name, pk FROM pragma_table_info($1) ORDER BY cid";
  }
  return "SELECT c.column_name, CAST(coalesce(k.ordinal_position, 0) AS BIGINT) "
         "FROM information_schema.columns c LEFT JOIN (information_schema.key_column_usage k "
         "JOIN information_schema.table_constraints t ON t.constraint_name = k.constraint_name "
         "AND t.constraint_schema = k.constraint_schema AND t.table_name = k.table_name "
         "AND t.constraint_type = 'PRIMARY KEY') ON k.table_schema = c.table_schema "
         "AND k.table_name = c.table_name AND k.column_name = c.column_name "
         "WHERE c.table_schema = current_schema() AND c.table_name = $1 ORDER BY "
         "c.ordinal_position";
}

absl::StatusOr<std::string> RenderSchema(absl::string_view source, Dialect dialect) {
  return SchemaRenderer(dialect).Render(source);
}

}  // namespace shian::store
