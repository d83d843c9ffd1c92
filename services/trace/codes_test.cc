// CodeService over mTLS: codes issued once and drawn, and how often goods were looked up.
#include <algorithm>

#include "libs/qr/qr.h"
#include "services/trace/service_testing.h"

namespace shian::trace {
namespace {

constexpr char kMeatUrn[] = "urn:epc:class:lgtin:6901234.056789.M1";
constexpr char kItem[] = "https://shop.example/01/06901234567892/10/M1/21/7";

void Register(World& world, const std::string& name, const std::string& gln,
              const std::string& region) {
  registry::v1::OperatorChanged changed;
  changed.mutable_operator_()->set_name(name);
  auto* site = changed.mutable_operator_()->add_sites();
  site->set_gln(gln);
  site->set_region(region);
  world.React(GenealogyReactions(), "shian.registry.operator.registered",
              changed.SerializeAsString());
}

v1::IssueCodeRequest Order(const std::string& identifier,
                           const std::string& to = "operators/supplier") {
  v1::IssueCodeRequest in;
  in.set_request_id(NewUuid7(absl::Now()));
  in.set_operator_(to);
  in.set_identifier(identifier);
  return in;
}

v1::TraceCode Issue(World& world, const v1::IssueCodeRequest& in) {
  v1::IssueCodeResponse out;
  const grpc::Status status = world.code->IssueCode(Context().get(), in, &out);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return out.code();
}

grpc::StatusCode Refused(World& world, const v1::IssueCodeRequest& in) {
  v1::IssueCodeResponse out;
  return world.code->IssueCode(Context().get(), in, &out).error_code();
}

std::vector<v1::TraceCode> List(World& world, v1::ListCodesRequest in) {
  std::vector<v1::TraceCode> codes;
  do {
    v1::ListCodesResponse out;
    const grpc::Status status = world.code->ListCodes(Context().get(), in, &out);
    INFO(status.error_message());
    REQUIRE(status.ok());
    codes.insert(codes.end(), out.codes().begin(), out.codes().end());
    in.set_page_token(out.next_page_token());
  } while (!in.page_token().empty());
  return codes;
}

TEST_CASE("a code keeps batch and serial number, and is issued once") {
  World world;
  Register(world, "operators/supplier", "6901234000016", "410902");
  const v1::IssueCodeRequest order = Order(kItem);
  const v1::TraceCode first = Issue(world, order);
  CHECK(first.link() == "https://trace.example.cn/01/06901234567892/10/M1/21/7");
  CHECK(first.identifier() == "https://id.gs1.org/01/06901234567892/21/7");
  CHECK(first.kind() == v1::EPC_KIND_ITEM);
  CHECK(first.lot() == kMeat);
  CHECK(first.operator_() == "operators/supplier");
  CHECK(first.region() == "410902");
  CHECK(first.issued_by() == "ctl");
  world.Advance(absl::Hours(1));
  // The same request, and another one for the same goods.
  CHECK(Issue(world, order).SerializeAsString() == first.SerializeAsString());
  CHECK(Issue(world, Order(kItem)).SerializeAsString() == first.SerializeAsString());
  CHECK(List(world, {}).size() == 1);
  // Another lot on the same item is another print.
  CHECK(Refused(world, Order("https://x.cn/01/06901234567892/10/M2/21/7")) ==
        grpc::StatusCode::ALREADY_EXISTS);
  v1::IssueCodeRequest reused = order;
  reused.set_identifier(kMeatUrn);
  CHECK(Refused(world, reused) == grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("lots, items and logistic units have codes, other things have not") {
  World world;
  Register(world, "operators/supplier", "6901234000016", "410902");
  Register(world, "operators/far", "9520000000011", "320000");
  CHECK(Issue(world, Order(kMeatUrn)).link() == "https://trace.example.cn/01/06901234567892/10/M1");
  CHECK(Issue(world, Order("urn:epc:id:sscc:6901234.0000000001")).link() ==
        "https://trace.example.cn/00/069012340000000016");
  CHECK(Issue(world, Order("urn:shian:lot:zsl:914403001922038216:批1")).link() ==
        "https://trace.example.cn/urn:shian:lot:zsl:914403001922038216:%E6%89%B91");
  for (const char* other : {"", "6901234567892", "urn:example:lot:1", "https://example.com", "x"}) {
    INFO(other);
    CHECK(Refused(world, Order(other)) == grpc::StatusCode::INVALID_ARGUMENT);
  }
  CHECK(Refused(world, Order(kMeatUrn, "")) == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(Refused(world, Order(kMeatUrn, "operators/nobody")) == grpc::StatusCode::NOT_FOUND);
  // Of goods with a code something is known.
  v1::PublicLookupRequest in;
  in.set_scanned(kMeatUrn);
  v1::PublicLookupResponse out;
  REQUIRE(world.lookup->PublicLookup(Context().get(), in, &out).ok());
  CHECK(out.card().code_issued());
  CHECK(out.card().warnings().empty());
}

TEST_CASE("codes are listed by operator, identifier and division, page by page") {
  World world;
  Register(world, "operators/supplier", "6901234000016", "410902");
  Register(world, "operators/canteen", "9520000000011", "410922");
  std::vector<std::string> names;
  for (int i = 0; i < 7; ++i) {
    names.push_back(Issue(world, Order(absl::StrCat(kMeatUrn, i))).name());
  }
  const v1::TraceCode other = Issue(world, Order(absl::StrCat(kMeatUrn, 3), "operators/canteen"));
  v1::ListCodesRequest in;
  in.set_page_size(3);
  CHECK(List(world, in).size() == 8);
  in.set_operator_("operators/supplier");
  const auto codes = List(world, in);
  REQUIRE(codes.size() == names.size());
  // The clock stands, so these were all issued in one millisecond.
  std::sort(names.begin(), names.end());
  for (size_t i = 0; i < names.size(); ++i) CHECK(codes[i].name() == names[i]);
  in.clear_operator_();
  in.set_identifier(absl::StrCat(kMeatUrn, 3));
  CHECK(List(world, in).size() == 2);
  in.clear_identifier();
  in.set_region("410922");
  REQUIRE(List(world, in).size() == 1);
  CHECK(List(world, in).front().name() == other.name());
  in.set_region("410900");
  CHECK(List(world, in).size() == 8);
  in.set_region("320000");
  CHECK(List(world, in).empty());
}

TEST_CASE("a code is drawn as it was issued") {
  World world;
  Register(world, "operators/supplier", "6901234000016", "410902");
  const v1::TraceCode code = Issue(world, Order(kItem));
  v1::RenderCodeRequest in;
  in.set_name(code.name());
  in.set_format(v1::CODE_FORMAT_SVG);
  v1::RenderCodeResponse out;
  REQUIRE(world.code->RenderCode(Context().get(), in, &out).ok());
  const qr::Symbol medium = *qr::Encode(code.link(), qr::Correction::kMedium);
  CHECK(out.picture() == *qr::ToSvg(medium, 8));
  CHECK(out.media_type() == "image/svg+xml");
  CHECK(out.link() == code.link());
  CHECK(out.modules() == medium.size);
  in.set_format(v1::CODE_FORMAT_PNG);
  in.set_correction(v1::CODE_CORRECTION_HIGH);
  in.set_module_pixels(32);
  REQUIRE(world.code->RenderCode(Context().get(), in, &out).ok());
  CHECK(out.picture() == *qr::ToPng(*qr::Encode(code.link(), qr::Correction::kHigh), 32));
  CHECK(out.media_type() == "image/png");
  const auto refused = [&](auto change) {
    v1::RenderCodeRequest wrong = in;
    change(wrong);
    return world.code->RenderCode(Context().get(), wrong, &out).error_code();
  };
  using grpc::StatusCode;
  CHECK(refused([](auto& wrong) { wrong.set_name("codes/1"); }) == StatusCode::INVALID_ARGUMENT);
  CHECK(refused([](auto& wrong) { wrong.set_name("codes/" + NewUuid7(absl::Now())); }) ==
        StatusCode::NOT_FOUND);
  CHECK(refused([](auto& wrong) { wrong.clear_format(); }) == StatusCode::INVALID_ARGUMENT);
  CHECK(refused([](auto& wrong) { wrong.set_module_pixels(33); }) == StatusCode::INVALID_ARGUMENT);
  CHECK(refused([](auto& wrong) { wrong.set_module_pixels(-1); }) == StatusCode::INVALID_ARGUMENT);
  CHECK(refused([](auto& wrong) { wrong.set_correction(static_cast<v1::CodeCorrection>(9)); }) ==
        StatusCode::INVALID_ARGUMENT);
}

void Look(World& world, const std::string& scanned, int times) {
  v1::PublicLookupRequest in;
  in.set_scanned(scanned);
  for (int i = 0; i < times; ++i) {
    v1::PublicLookupResponse out;
    REQUIRE(world.lookup->PublicLookup(Context().get(), in, &out).ok());
  }
}

// "M1 2025-03-03 2" for each row, over pages of one.
std::vector<std::string> Scans(World& world, v1::ListScansRequest in) {
  std::vector<std::string> rows;
  in.set_page_size(1);
  do {
    v1::ListScansResponse out;
    const grpc::Status status = world.code->ListScans(Context().get(), in, &out);
    INFO(status.error_message());
    REQUIRE(status.ok());
    for (const v1::ScanCount& scan : out.scans()) {
      rows.push_back(absl::StrCat(scan.identifier().substr(scan.identifier().rfind('/') + 1), " ",
                                  scan.date().month(), "-", scan.date().day(), " ", scan.count()));
    }
    in.set_page_token(out.next_page_token());
  } while (!in.page_token().empty());
  return rows;
}

TEST_CASE("lookups of goods that are known are counted by day, others are not") {
  World world;
  Register(world, "operators/supplier", "6901234000016", "410902");
  world.Capture(MeatChain());
  Issue(world, Order(kItem));
  Issue(world, Order(kMeatUrn));
  Look(world, kMeatUrn, 2);
  Look(world, kMeat, 1);
  Look(world, kItem, 1);
  Look(world, "https://id.gs1.org/01/06901234567892/10/MADEUP", 3);
  world.Advance(absl::Minutes(1));
  Look(world, kMeatUrn, 4);
  world.Advance(absl::Hours(24));
  Look(world, kMeatUrn, 5);
  world.Advance(absl::Minutes(1));
  v1::ListScansRequest in;
  in.set_identifier(kMeatUrn);
  using Rows = std::vector<std::string>;
  CHECK(Scans(world, in) == Rows{"M1 3-3 7", "M1 3-4 5"});
  in.mutable_to_date()->set_year(2025);
  in.mutable_to_date()->set_month(3);
  in.mutable_to_date()->set_day(3);
  CHECK(Scans(world, in) == Rows{"M1 3-3 7"});
  in.clear_to_date();
  *in.mutable_from_date() = [] {
    common::v1::Date date;
    date.set_year(2025), date.set_month(3), date.set_day(4);
    return date;
  }();
  CHECK(Scans(world, in) == Rows{"M1 3-4 5"});
  v1::ListScansRequest of_codes;
  of_codes.set_operator_("operators/supplier");
  CHECK(Scans(world, of_codes) == Rows{"M1 3-3 7", "M1 3-4 5", "7 3-3 1"});
  in.Clear();
  in.set_identifier("https://id.gs1.org/01/06901234567892/10/MADEUP");
  CHECK(Scans(world, in).empty());
}

TEST_CASE("counts that wait are bounded, and all of them are written") {
  World world;
  ScanLog scans;
  const Date day(2025, 3, 3);
  for (int i = 0; i < 21'000; ++i) scans.Count(absl::StrCat("urn:example:lot:", i), day);
  scans.Count("urn:example:lot:7", day);
  REQUIRE(scans.Write(world.host->edge().store(), world.Now()).ok());
  int64_t rows = 0, sum = 0;
  const auto count = [&](store::ReadTx& tx) -> absl::Status {
    const auto found =
        tx.QueryOne(store::Sql{"SELECT COUNT(*), CAST(SUM(count) AS INT64) FROM lookup_scan"}, {});
    if (!found.ok()) return found.status();
    rows = (*found)->Int(0), sum = (*found)->Int(1);
    return absl::OkStatus();
  };
  REQUIRE(world.host->edge().store().ReadNow(count).ok());
  CHECK(rows == 20'000);
  CHECK(sum == 20'001);
}

TEST_CASE("what is asked for wrongly is refused by its field") {
  World world;
  v1::ListScansResponse out;
  v1::ListScansRequest in;
  using grpc::StatusCode;
  CHECK(world.code->ListScans(Context().get(), in, &out).error_code() ==
        StatusCode::INVALID_ARGUMENT);
  in.set_operator_("x");
  CHECK(world.code->ListScans(Context().get(), in, &out).error_code() ==
        StatusCode::INVALID_ARGUMENT);
  in.set_operator_("operators/nobody");
  CHECK(world.code->ListScans(Context().get(), in, &out).error_code() == StatusCode::NOT_FOUND);
  in.set_identifier(kMeatUrn);
  in.mutable_from_date()->set_year(2025);
  CHECK(world.code->ListScans(Context().get(), in, &out).error_code() ==
        StatusCode::INVALID_ARGUMENT);
  v1::ListCodesRequest list;
  list.set_region("41");
  v1::ListCodesResponse codes;
  CHECK(world.code->ListCodes(Context().get(), list, &codes).error_code() ==
        StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace shian::trace
