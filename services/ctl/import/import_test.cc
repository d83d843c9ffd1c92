#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "services/ctl/import/files.h"
#include "services/ctl/import/mapping.h"
#include "services/ctl/import/rows.h"
#include "services/ctl/import/stream.h"
#include "services/ctl/session/protos.h"
#include "shian/inspection/v1/check_service.pb.h"
#include "shian/inspection/v1/sampling_records.pb.h"

namespace shian::ctl {
namespace {

namespace pb = shian::inspection::v1;

TEST_CASE("every shipped mapping names a method, a row message and fields that exist") {
  for (const auto& entry : std::filesystem::directory_iterator("deploy/maps")) {
    INFO(entry.path().string());
    if (!entry.is_regular_file()) continue;
    const auto mapping = LoadMapping(entry.path().string());
    REQUIRE(mapping.ok());
    const auto* pool = google::protobuf::DescriptorPool::generated_pool();
    REQUIRE(pb::CheckRow::descriptor() != nullptr);  // links the generated pool
    const std::string service = mapping->method.substr(0, mapping->method.find('/'));
    if (pool->FindServiceByName(service) == nullptr) continue;  // a package not linked here
    const auto* method = pool->FindServiceByName(service)->FindMethodByName(
        mapping->method.substr(service.size() + 1));
    REQUIRE(method != nullptr);
    const auto* rows = method->input_type()->FindFieldByName("rows");
    REQUIRE(rows != nullptr);
    for (const ColumnRule& rule : mapping->columns) {
      const auto* field =
          rows->message_type()->FindFieldByName(rule.field.substr(0, rule.field.find('.')));
      INFO(rule.field);
      REQUIRE(field != nullptr);
    }
  }
}

TEST_CASE("cells fill fields by their type") {
  pb::CheckRow row;
  REQUIRE(SetField("date", "2025-03-03", false, &row).ok());
  REQUIRE(SetField("counts.general_failed", "2", true, &row).ok());
  REQUIRE(SetField("counts.general_failed", "3", true, &row).ok());
  REQUIRE(SetField("kind", "ROUTINE", false, &row).ok());
  REQUIRE(SetField("violation_codes", "32|38、39", false, &row).ok());
  REQUIRE(SetField("inspector", "", false, &row).ok());
  REQUIRE(row.date().month() == 3);
  REQUIRE(row.counts().general_failed() == 5);
  REQUIRE(row.kind() == pb::CHECK_KIND_ROUTINE);
  REQUIRE(row.violation_codes_size() == 3);
  pb::SampleRow sample;
  REQUIRE(SetField("failed_items.item", "恩诺沙星", false, &sample).ok());
  REQUIRE(SetField("failed_items.failed", "true", false, &sample).ok());
  REQUIRE(sample.failed_items_size() == 1);
}

TEST_CASE("a cell of the wrong shape is refused with what is wrong") {
  pb::CheckRow row;
  REQUIRE_FALSE(SetField("date", "2025-02-30", false, &row).ok());
  REQUIRE_FALSE(SetField("counts.key_failed", "99999999999", false, &row).ok());
  REQUIRE_FALSE(SetField("counts.key_failed", "two", false, &row).ok());
  REQUIRE_FALSE(SetField("kind", "WALK", false, &row).ok());
  REQUIRE_FALSE(SetField("nosuch", "x", false, &row).ok());
}

TEST_CASE("a row with too few cells is refused with its line, the rest goes on") {
  CsvTable table;
  table.header = {"id", "when"};
  table.rows = {{2, {"a", "2025-03-03"}}, {3, {"b"}}, {4, {"a", "2025-03-04"}}};
  Mapping mapping;
  mapping.columns = {{"id", "source_id", {}, "", "", false}, {"when", "date", {}, "", "", false}};
  mapping.distinct = "id";
  const auto mapped = MapRows(table, mapping, pb::CheckRow());
  REQUIRE(mapped.ok());
  REQUIRE(mapped->rows.size() == 1);
  REQUIRE(mapped->refused.size() == 1);
  REQUIRE(mapped->refused[0].line == 3);
  REQUIRE(mapped->passed_over == 1);
  mapping.columns.push_back({"missing", "inspector", {}, "", "", false});
  REQUIRE_FALSE(MapRows(table, mapping, pb::CheckRow()).ok());
}

TEST_CASE("the chunks of one run have request ids of their own, the same each time") {
  REQUIRE(ChunkRequestId("run", 1) == ChunkRequestId("run", 1));
  REQUIRE(ChunkRequestId("run", 1) != ChunkRequestId("run", 2));
  REQUIRE(ChunkRequestId("run", 1) != ChunkRequestId("other", 1));
  REQUIRE(ChunkRequestId("run", 1).size() == 36);
}

TEST_CASE("a folder gives all its documents, or says what it could not give") {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / ("shian-files-" + ChunkRequestId("files", 1));
  fs::remove_all(folder);
  fs::create_directories(folder / "b");
  const auto empty = DocumentFiles({folder.string()});
  REQUIRE_FALSE(empty.ok());
  REQUIRE(std::string(empty.status().message()).find(folder.string()) != std::string::npos);
  std::ofstream(folder / "b" / "2.XML") << "x";
  std::ofstream(folder / "1.jsonld") << "x";
  std::ofstream(folder / "note.txt") << "x";
  const auto both = DocumentFiles({folder.string()});
  REQUIRE(both.ok());
  REQUIRE(both->size() == 2);
  REQUIRE(both->front() == (folder / "1.jsonld").string());
  fs::create_symlink(folder / "gone", folder / "3.xml");
  const auto dangling = DocumentFiles({folder.string()});
  REQUIRE_FALSE(dangling.ok());
  REQUIRE(std::string(dangling.status().message()).find("3.xml") != std::string::npos);
  REQUIRE_FALSE(Files({(folder / "gone").string()}).ok());
  fs::remove(folder / "3.xml");
  fs::permissions(folder / "b", fs::perms::none);
  std::error_code error;
  const bool reads_all = fs::directory_iterator(folder / "b", error) != fs::directory_iterator();
  if (!reads_all) REQUIRE_FALSE(DocumentFiles({folder.string()}).ok());  // root reads all
  fs::permissions(folder / "b", fs::perms::owner_all);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace shian::ctl
