#include "libs/store/dialect.h"

#include <catch2/catch.hpp>

namespace shian::store {
namespace {

std::string Statement(const char* source) { return RenderStatement(source, Dialect::kSqlite); }
absl::StatusOr<std::string> SchemaOf(const char* source) {
  return RenderSchema(source, Dialect::kSqlite);
}

TEST_CASE("arguments are numbered the engine's way, texts are left alone") {
  CHECK(Statement("SELECT a FROM t WHERE a = $1 AND b = $12") ==
        "SELECT a FROM t WHERE a = ?1 AND b = ?12");
  CHECK(Statement("SELECT '$1', \"$2\" -- $3\n, $4") == "SELECT '$1', \"$2\" -- $3\n, ?4");
  CHECK(Statement("SELECT 'it''s $1', $1") == "SELECT 'it''s $1', ?1");
}

TEST_CASE("tables become strict and stand in the order of their key") {
  const auto sql = SchemaOf(
      "CREATE TABLE t (id TEXT NOT NULL, n INT64, ok BOOL, raw BYTES, PRIMARY KEY (id));\n"
      "CREATE INDEX t_n ON t (n);");
  REQUIRE(sql.ok());
  CHECK(*sql ==
        "CREATE TABLE t (id TEXT NOT NULL, n INTEGER, ok INTEGER, raw BLOB, PRIMARY KEY (id))"
        " STRICT, WITHOUT ROWID;\nCREATE INDEX t_n ON t (n);");
}

TEST_CASE("a heap stands in the order of arrival") {
  const auto sql = SchemaOf("CREATE TABLE t (id TEXT NOT NULL, PRIMARY KEY (id)) HEAP;");
  REQUIRE(sql.ok());
  CHECK(*sql == "CREATE TABLE t (id TEXT NOT NULL, PRIMARY KEY (id))  STRICT;");
}

TEST_CASE("words of one engine are refused, in comments they are nobody's business") {
  CHECK_FALSE(SchemaOf("CREATE TABLE t (id INTEGER PRIMARY KEY);").ok());
  CHECK_FALSE(SchemaOf("CREATE TABLE t (id bigint, PRIMARY KEY (id));").ok());
  CHECK(SchemaOf("-- not an INTEGER\nCREATE INDEX i ON t (a);").ok());
}

TEST_CASE("PostgreSQL keeps its arguments and gets types that compare as SQLite's do") {
  CHECK(RenderStatement("SELECT CAST(sum(n) AS INT64) FROM t WHERE a = $1 -- INT64 $2",
                        Dialect::kPostgres) ==
        "SELECT CAST(sum(n) AS BIGINT) FROM t WHERE a = $1 -- INT64 $2");
  const auto sql = RenderSchema(
      "CREATE TABLE t (id TEXT NOT NULL, n INT64, ok BOOL, raw BYTES, PRIMARY KEY (id)) HEAP;",
      Dialect::kPostgres);
  REQUIRE(sql.ok());
  CHECK(*sql ==
        "CREATE TABLE t (id TEXT COLLATE \"C\" NOT NULL, n BIGINT, ok BOOLEAN, raw BYTEA, "
        "PRIMARY KEY (id)) ;");
}

}  // namespace
}  // namespace shian::store
