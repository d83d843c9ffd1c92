#include <atomic>
#include <catch2/catch.hpp>

#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "libs/config/config.h"
#include "libs/errors/errors.h"
#include "libs/rpc/certificate.h"
#include "libs/rpc/fields.h"
#include "libs/rpc/gates.h"
#include "libs/rpc/limits.h"
#include "libs/rpc/page.h"
#include "libs/rpc/pool.h"
#include "libs/rpc/testing.h"
#include "shian/policy/v1/policy_service.pb.h"

namespace shian::rpc {
namespace {

using errors::Reason;
using policy::v1::ListPoliciesRequest;

const absl::Time kNow = absl::FromUnixSeconds(1'740'963'600);

TEST_CASE("a page token keeps its place and what was known, for a day and for its filter") {
  ListPoliciesRequest in;
  in.set_id("rating.food");
  const auto first = OpenPage(in, kNow);
  REQUIRE(first.ok());
  REQUIRE(first->size == 50);
  REQUIRE(first->after.empty());
  const absl::Time later = kNow + absl::Hours(1);
  in.set_page_token(NextPage(*first, "key with spaces\n和汉字", later));
  in.set_page_size(7);
  const auto second = OpenPage(in, later);
  REQUIRE(second.ok());
  REQUIRE(second->after == "key with spaces\n和汉字");
  REQUIRE(second->known_at == kNow);
  REQUIRE(second->size == 7);

  const auto reason = [](const ListPoliciesRequest& request, absl::Time now) {
    return errors::ReasonOf(OpenPage(request, now).status());
  };
  REQUIRE(reason(in, later + absl::Hours(25)) == Reason::kPageTokenInvalid);
  ListPoliciesRequest other = in;
  other.set_id("rating.drug");
  REQUIRE(reason(other, later) == Reason::kPageTokenInvalid);
  for (size_t i = 0; i < in.page_token().size(); ++i) {
    ListPoliciesRequest forged = in;
    (*forged.mutable_page_token())[i] ^= 1;
    REQUIRE(reason(forged, later).has_value());
  }
  in.set_page_size(501);
  REQUIRE(reason(in, later) == Reason::kFieldInvalid);
  in.set_page_size(-1);
  REQUIRE(reason(in, later) == Reason::kFieldInvalid);
}

TEST_CASE("a caller's burst is its own trouble") {
  CallerGate gate(10);
  for (int i = 0; i < 10; ++i) REQUIRE(gate.Enter("a", kNow));
  REQUIRE(!gate.Enter("a", kNow));
  REQUIRE(gate.Enter("b", kNow));
  REQUIRE(gate.Enter("a", kNow + absl::Milliseconds(150)));
  REQUIRE(!gate.Enter("a", kNow + absl::Milliseconds(150)));
  REQUIRE(gate.Enter("a", kNow + absl::Hours(1)));
}

TEST_CASE("no more calls in flight than the gate holds") {
  InFlightGate gate(2);
  REQUIRE(gate.Enter());
  REQUIRE(gate.Enter());
  REQUIRE(!gate.Enter());
  gate.Leave();
  REQUIRE(gate.Enter());
  REQUIRE(gate.count() == 2);
}

TEST_CASE("standard fields are found by name and type, and absent ones are empty") {
  policy::v1::ApprovePoliciesRequest in;
  in.set_request_id("r");
  in.add_names("a");
  REQUIRE(TextField(in, "request_id") == "r");
  REQUIRE(TextField(in, "names").empty());
  REQUIRE(TextField(in, "nothing").empty());
  REQUIRE(RepeatedSize(in, "names") == 1);
  REQUIRE(!BoolField(in, "dry_run"));
  ListPoliciesRequest list;
  list.set_page_size(3);
  list.set_state(policy::v1::POLICY_STATE_ACTIVE);
  REQUIRE(IntField(list, "page_size") == 3);
  REQUIRE(TextOrEnumField(list, "state") == "POLICY_STATE_ACTIVE");
  SetTextField(&list, "page_size", "ignored");
  REQUIRE(list.page_size() == 3);
}

TEST_CASE("a few unknown fields pass, a sack of them does not") {
  ListPoliciesRequest in;
  auto* unknown = in.GetReflection()->MutableUnknownFields(&in);
  unknown->AddVarint(1000, 1);
  REQUIRE(CheckUnknownFields(in).ok());
  unknown->AddLengthDelimited(1001, std::string(10'000, 'x'));
  REQUIRE(errors::ReasonOf(CheckUnknownFields(in)) == Reason::kFieldInvalid);
}

TEST_CASE("a pool refuses what does not fit and finishes what it took") {
  std::atomic<int> done = 0;
  absl::Mutex gate;
  {
    Pool pool(1, 2);
    gate.Lock();
    REQUIRE(pool.Run([&] {
      absl::MutexLock lock(&gate);
      ++done;
    }));
    absl::SleepFor(absl::Milliseconds(100));
    REQUIRE(pool.Run([&] { ++done; }));
    REQUIRE(pool.Run([&] { ++done; }));
    REQUIRE(!pool.Run([&] { ++done; }));
    gate.Unlock();
  }
  REQUIRE(done == 3);
}

TEST_CASE("a certificate says when it ends") {
  const auto pem = config::ReadFile(testing::PkiFolder() + "/registry.crt", limits::kPemBytesMax);
  REQUIRE(pem.ok());
  const auto end = CertificateEnd(*pem);
  REQUIRE(end.ok());
  CHECK(*end > absl::Now());
  CHECK(*end < absl::Now() + absl::Hours(24 * 365 * 20));
  CHECK_FALSE(CertificateEnd("").ok());
  CHECK_FALSE(CertificateEnd(pem->substr(0, pem->size() / 2)).ok());
}

}  // namespace
}  // namespace shian::rpc
