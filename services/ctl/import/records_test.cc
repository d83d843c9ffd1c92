#include "services/ctl/import/records.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "services/trace/capture/document.h"

namespace shian::ctl {
namespace {

constexpr char kMaker[] = "914403001922038216";
constexpr char kShop[] = "6901234000016";

RecordMap Shipped(const std::string& name) {
  auto map = LoadRecordMap("deploy/maps/records/" + name + ".json");
  INFO(map.status().message());
  REQUIRE(map.ok());
  return *std::move(map);
}

MadeEvents Make(const std::string& name, const std::string& csv) {
  const auto table = ParseCsv(csv);
  REQUIRE(table.ok());
  auto made = MakeEvents(*table, Shipped(name));
  INFO(made.status().message());
  REQUIRE(made.ok());
  return *std::move(made);
}

trace::ParsedEvent Read(const MadeEvents& made, size_t at = 0) {
  const auto context = trace::ReadContext(made.file.cut.context_json);
  REQUIRE(context.broken == nullptr);
  auto parsed = trace::ReadEventText(1, made.file.cut.events.at(at), context);
  INFO(made.file.cut.events.at(at));
  for (const auto& each : parsed.findings.violations()) UNSCOPED_INFO(each.rule->id << each.field);
  REQUIRE(parsed.findings.empty());
  return parsed;
}

TEST_CASE("every shipped kind of record names its law and loads") {
  int kinds = 0;
  for (const auto& entry : std::filesystem::directory_iterator("deploy/maps/records")) {
    const auto map = LoadRecordMap(entry.path().string());
    INFO(entry.path().string() << " " << map.status().message());
    REQUIRE(map.ok());
    CHECK(map->columns.size() > 5);
    CHECK((map->mark == "FOUND" || map->mark == "RECALLED" || map->mark == "DESIGN"));
    ++kinds;
  }
  CHECK(kinds == 12);
}

TEST_CASE("an incoming record is the event of goods received from their supplier") {
  const MadeEvents made = Make(
      "incoming",
      std::string(
          "进货日期,本单位代码,产品名称,批号,生产者代码,数量,单位,供货者名称,供货者代码,凭证号\n") +
          "2025-03-01 08:30," + kShop + ",大米,L-1," + kMaker + ",25.50,公斤,粮站," + kMaker +
          ",F 7\n2025-03-40," + kShop + ",大米,L-1," + kMaker + ",1,,粮站," + kMaker + ",\n" +
          "2025-03-01,1,大米,L-1," + kMaker + ",1,,粮站," + kMaker + ",\n");
  REQUIRE(made.file.cut.events.size() == 1);
  const trace::ParsedEvent parsed = Read(made);
  CHECK(parsed.event.biz_step == "https://ref.gs1.org/cbv/BizStep-receiving");
  REQUIRE(parsed.event.links.size() == 1);
  CHECK(parsed.event.links[0].epc == "urn:shian:lot:zsl:914403001922038216:L-1");
  CHECK(parsed.event.links[0].kind == trace::EpcKind::kLot);
  CHECK(parsed.event.links[0].quantity == "25.5");
  CHECK(parsed.event.links[0].uom == "KGM");
  CHECK(parsed.event.read_point == "https://id.gs1.org/414/6901234000016");
  CHECK(parsed.event.sources[0].party == "urn:shian:party:914403001922038216");
  CHECK(parsed.event.transactions[0].transaction == "urn:shian:voucher:6901234000016:F%207");
  REQUIRE(made.refused.size() == 2);
  CHECK(made.refused[0].rule == "DATE");
  CHECK(made.refused[0].line == 3);
  CHECK(made.refused[1].field == "本单位代码");
}

TEST_CASE("a certificate of promise is issued for a lot and issued again when lots are mixed") {
  const std::string header = "承诺事项,承诺依据,产地,生产者名称,联系方式,合格证编号,";
  const std::string cells = "不使用禁用农药,自我检测,濮阳,合作社,电话,H1,";
  const MadeEvents first =
      Make("promise", header + "开具日期,本单位代码,产品名称,批号,生产者代码,数量,单位\n" + cells +
                          "2025-03-01," + kMaker + ",豆角,A1," + kMaker + ",10,公斤\n");
  const trace::ParsedEvent issued = Read(first);
  CHECK(issued.event.action == trace::Action::kAdd);
  CHECK(issued.event.certifications[0] == "urn:shian:certificate:914403001922038216:H1");
  const std::string lot = issued.event.links[0].epc;
  CHECK(lot == "urn:shian:lot:nyt4712:914403001922038216:A1");
  const MadeEvents again = Make(
      "promise-reissue",
      header + "开具日期,本单位代码,产品名称,原追溯码,批号,收购者代码,数量,单位\n" + cells +
          "2025-03-02," + kShop + ",豆角," + lot + "、" + lot + "2,B1," + kShop + ",10,公斤\n");
  const trace::ParsedEvent mixed = Read(again);
  CHECK(mixed.event.type == trace::EventType::kTransformation);
  REQUIRE(mixed.event.links.size() == 3);
  CHECK(mixed.event.links[0].role == trace::Role::kInput);
  CHECK(mixed.event.links[0].epc == lot);
  CHECK(mixed.event.links[2].epc == "urn:shian:lot:nyt4712:6901234000016:B1");
}

TEST_CASE("what was spread on a crop and what was harvested from it are one process") {
  const MadeEvents use =
      Make("farm-use",
           std::string("使用日期,本单位代码,作物批次,投入品追溯码,投入品名称,用量\n2025-03-01,") +
               kMaker + ",D1,urn:shian:lot:zsl:" + kMaker + ":N1,尿素,5公斤\n");
  const MadeEvents harvest = Make(
      "harvest", std::string("采收日期,本单位代码,作物批次,产品名称,批号,生产者代码,数量,单位\n"
                             "2025-06-01,") +
                     kMaker + ",D1,豆角,C1," + kMaker + ",100,公斤\n");
  CHECK(Read(use).event.transformation_id == Read(harvest).event.transformation_id);
  CHECK_FALSE(Read(use).event.transformation_id.empty());
}

TEST_CASE("a table without a column that the law asks for is refused as a whole") {
  const auto table = ParseCsv("进货日期,批号\n2025-03-01,1\n");
  REQUIRE(table.ok());
  const auto made = MakeEvents(*table, Shipped("incoming"));
  REQUIRE_FALSE(made.ok());
  CHECK(made.status().message().find("食品安全法") != absl::string_view::npos);
}

}  // namespace
}  // namespace shian::ctl
