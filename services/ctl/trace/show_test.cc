#include "services/ctl/trace/show.h"

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "nlohmann/json.hpp"
#include "services/ctl/text/csv.h"

namespace shian::ctl {
namespace {

namespace pb = shian::trace::v1;

Traced Some(pb::TraceDetail detail) {
  Traced traced;
  traced.detail = detail;
  pb::TracedLot lot;
  lot.set_epc("urn:x:lot:\"1\"");
  lot.set_kind(pb::EPC_KIND_LOT);
  lot.set_direction(pb::TRACE_DIRECTION_BACK);
  lot.set_dangling(true);
  traced.lots.push_back(lot);
  lot.set_epc("=cmd()");
  lot.set_depth(1);
  traced.lots.push_back(lot);
  pb::TraceEdge edge;
  edge.set_epc("urn:x:lot:\"1\"");
  edge.set_process("events/1");
  traced.edges.push_back(edge);
  edge.set_made(true);
  edge.set_epc("=cmd()");
  traced.edges.push_back(edge);
  edge.clear_epc();
  edge.set_made(false);
  edge.set_process("events/2");
  edge.set_beside("events/1");
  traced.edges.push_back(edge);
  traced.summary.set_complete(true);
  traced.summary.set_lots(2);
  traced.summary.add_dangling("urn:x:lot:\"1\"");
  return traced;
}

TEST_CASE("a spreadsheet opens a trace and computes nothing of it") {
  const std::string csv = TraceAsCsv(Some(pb::TRACE_DETAIL_LOTS));
  REQUIRE(absl::StartsWith(csv, "\xEF\xBB\xBF"));
  const auto table = ParseCsv(csv.substr(3));
  REQUIRE(table.ok());
  REQUIRE(table->rows.size() == 2);
  const auto column = table->Column("标识");
  REQUIRE(column.has_value());
  CHECK(table->rows[0].cells[*column] == "urn:x:lot:\"1\"");
  CHECK(table->rows[1].cells[*column] == "'=cmd()");
}

TEST_CASE("a drawing names each lot once and quotes what it is called") {
  const std::string dot = TraceAsDot(Some(pb::TRACE_DETAIL_EDGES));
  CHECK(absl::StrContains(dot, "\"urn:x:lot:\\\"1\\\"\" -> \"process events/1\";"));
  CHECK(absl::StrContains(dot, "\"process events/1\" -> \"=cmd()\";"));
  CHECK(absl::StrContains(dot, "\"process events/1\" [shape=point];"));
  CHECK(absl::StrContains(dot, "\"process events/1\" -> \"process events/2\" [style=dotted"));
}

TEST_CASE("a table says whether the trace is complete, and what it found") {
  Traced traced = Some(pb::TRACE_DETAIL_LOTS);
  CHECK(absl::StrContains(TraceAsTable(traced), "完整"));
  CHECK(absl::StrContains(TraceAsTable(traced), "来源不明：urn:x:lot:\"1\""));
  traced.summary.set_complete(false);
  traced.summary.set_stopped_by("max_edges");
  CHECK(absl::StrContains(TraceAsTable(traced), "未完，止于 max_edges"));
}

TEST_CASE("a program reads a trace as JSON") {
  const auto json = nlohmann::json::parse(TraceAsJson(Some(pb::TRACE_DETAIL_EDGES)));
  CHECK(json["lots"].size() == 2);
  CHECK(json["edges"][1]["made"] == true);
  CHECK(json["events"].empty());
  CHECK(json["summary"]["complete"] == true);
}

}  // namespace
}  // namespace shian::ctl
