// QueryEvents over mTLS: each parameter of SimpleEventQuery by itself and together, and pages.
#include <filesystem>
#include <functional>
#include <iostream>

#include "services/trace/service_testing.h"

namespace shian::trace {
namespace {

v1::QueryEventsResponse Query(World& world, const v1::QueryEventsRequest& in) {
  v1::QueryEventsResponse out;
  const grpc::Status status = world.query->QueryEvents(Context().get(), in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return out;
}

int Count(World& world, const std::function<void(v1::QueryEventsRequest*)>& ask) {
  v1::QueryEventsRequest in;
  ask(&in);
  return Query(world, in).events_size();
}

void AddMatch(v1::EpcPart part, const std::string& epc, v1::QueryEventsRequest* in) {
  v1::EpcMatch& match = *in->add_epc_matches();
  match.set_part(part);
  match.add_epcs(epc);
}

constexpr char kSerialShippingContainer[] = "urn:epc:id:sscc:6901234.0000000001";
constexpr char kMeatUrn[] = "urn:epc:class:lgtin:6901234.056789.M1";

TEST_CASE("each parameter of a simple event query narrows it") {
  World world;
  world.Capture(MeatChain());
  using Request = v1::QueryEventsRequest;
  CHECK(Count(world, [](Request*) {}) == 4);
  CHECK(Count(world, [](Request* in) { in->add_event_types(v1::EVENT_TYPE_OBJECT); }) == 2);
  CHECK(Count(world, [](Request* in) { in->add_actions(v1::EVENT_ACTION_ADD); }) == 2);
  CHECK(Count(world, [](Request* in) { in->add_biz_steps("shipping"); }) == 1);
  CHECK(Count(world, [](Request* in) {
          in->add_biz_steps("shipping");
          in->add_biz_steps("packing");
        }) == 2);
  CHECK(Count(world, [](Request* in) { in->add_read_points(kSupplier); }) == 2);
  CHECK(Count(world, [](Request* in) { in->add_biz_locations(kSupplier); }) == 1);
  CHECK(Count(world, [](Request* in) { AddMatch(v1::EPC_PART_ANY, kMeatUrn, in); }) == 2);
  CHECK(Count(world, [](Request* in) { AddMatch(v1::EPC_PART_OUTPUT, kMeatUrn, in); }) == 1);
  CHECK(Count(world, [](Request* in) { AddMatch(v1::EPC_PART_OBJECT, kMeatUrn, in); }) == 1);
  CHECK(Count(world, [](Request* in) {
          AddMatch(v1::EPC_PART_PARENT, kSerialShippingContainer, in);
          AddMatch(v1::EPC_PART_OBJECT, kMeatUrn, in);
        }) == 1);
  CHECK(Count(world, [](Request* in) {
          v1::TypedMatch& match = *in->add_destinations();
          match.set_type("location");
          match.add_values(kCanteen);
        }) == 1);
  CHECK(Count(world, [](Request* in) { in->set_declarations_only(true); }) == 0);
  CHECK(Count(world, [](Request* in) {
          v1::QuantityMatch& match = *in->add_quantities();
          match.set_part(v1::EPC_PART_INPUT);
          match.set_comparison(v1::COMPARISON_GE);
          match.set_value("39.5");
          match.set_uom("KGM");
        }) == 1);
  CHECK(Count(world, [](Request* in) {
          v1::EventPredicate& predicate = *in->add_predicates();
          predicate.add_path("quantityList");
          predicate.add_path("quantity");
          predicate.set_comparison(v1::COMPARISON_GT);
          predicate.set_value("39");
        }) == 1);
  CHECK(Count(world, [](Request* in) {
          in->mutable_from_event_time()->set_seconds(absl::ToUnixSeconds(
              absl::FromCivil(absl::CivilHour(2025, 3, 3, 1), absl::UTCTimeZone())));
        }) == 2);
}

TEST_CASE("a query's pages hold each event once, and wrong ones are refused") {
  World world;
  world.Capture(MeatChain());
  v1::QueryEventsRequest in;
  in.set_page_size(1);
  std::set<int64_t> sequences;
  int pages = 0;
  do {
    const auto out = Query(world, in);
    for (const v1::Event& event : out.events()) CHECK(sequences.insert(event.sequence()).second);
    in.set_page_token(out.next_page_token());
    REQUIRE(++pages < 10);
  } while (!in.page_token().empty());
  CHECK(sequences.size() == 4);
  v1::QueryEventsRequest wrong;
  wrong.add_biz_steps("no such word");
  v1::QueryEventsResponse out;
  CHECK(world.query->QueryEvents(Context().get(), wrong, &out).error_code() ==
        grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("the filter that others wrote finds its one event") {
  const std::string path = testing::DataFolder() + "/trace/testserver_advancedfilters.jsonld";
  if (!std::filesystem::exists(path)) {
    std::cout << "skipped: no data in " << path << "\n";
    return;
  }
  World world;
  v1::CaptureDocumentRequest document;
  document.set_request_id(NewUuid7(absl::Now()));
  document.set_document(testing::ReadFile(path));
  document.set_on_error(v1::ON_ERROR_PROCEED);
  v1::CaptureDocumentResponse captured;
  REQUIRE(world.capture->CaptureDocument(Context().get(), document, &captured).ok());
  CHECK(Count(world, [](v1::QueryEventsRequest* in) {
          AddMatch(v1::EPC_PART_ANY,
                   "urn:gdst:example.org:product:lot:class:fishfarm.1u.farmed-tuna-01192022", in);
          in->add_biz_steps("receiving");
          in->add_biz_locations("urn:gdst:example.org:location:loc:processor.plant1u");
        }) == 1);
}

}  // namespace
}  // namespace shian::trace
