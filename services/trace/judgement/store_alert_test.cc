// Excursions that were found, on both engines.
#include "services/trace/judgement/store_alert.h"

#include <catch2/catch.hpp>

#include "embedded/trace_schema.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"
#include "libs/store/testing.h"

namespace shian::trace {
namespace {

using store::Values;

TEST_CASE("an excursion that was found before there were names is read, and stays without") {
  // As it was written then.
  const store::FactTable before(
      "judgement_alert",
      {"epc", "device", "begin_time", "end_time", "samples", "worst", "worst_time", "sequence",
       "band", "policy_revision", "operator", "place", "region", "found", "withdrawn"},
      3);
  store::Schema schema(1);
  schema.Add("trace", kMigrations);
  store::TemporaryStore store(schema);
  const absl::Time now = FromMicros(1'741'000'000'000'000);
  const auto write = [&](auto body) {
    const auto written = store.Write(now, [&](store::WriteTx& tx) -> absl::StatusOr<std::string> {
      const absl::Status status = body(tx);
      if (!status.ok()) return status;
      return std::string();
    });
    INFO(written.status());
    REQUIRE(written.ok());
  };
  const auto only = [&] {
    std::vector<ColdAlert> alerts;
    const absl::Status read = store->ReadNow([&](store::ReadTx& tx) -> absl::Status {
      const auto some = judgement::AlertsOf(tx, "lot", Interval(), 10);
      if (some.ok()) alerts = *some;
      return some.status();
    });
    INFO(read);
    REQUIRE(read.ok());
    REQUIRE(alerts.size() == 1);
    return alerts.front();
  };
  write([&](store::WriteTx& tx) {
    std::vector<store::Value> row = Values("lot", "logger", 10, 20, 3, 11'000, 15, 1, "any", "r",
                                           "operators/a", "place", "410902", ToMicros(now));
    row.emplace_back(std::monostate());
    return before.Insert(tx, std::move(row));
  });
  ColdAlert alert = only();
  CHECK(alert.id.empty());
  CHECK(alert.stands());
  alert.end = 30;
  write([&](store::WriteTx& tx) { return judgement::PutAlert(tx, alert); });
  CHECK(only().id.empty());
  CHECK(only().end == 30);
  alert.id = "0a";
  write([&](store::WriteTx& tx) { return judgement::PutAlert(tx, alert); });
  CHECK(only().id == "0a");
}

}  // namespace
}  // namespace shian::trace
