// The whole sanction service in one process behind real mTLS, and the acts that its tests share.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/base/time.h"
#include "libs/base/uuid.h"
#include "libs/ledger/log_reader.h"
#include "libs/rpc/convert.h"
#include "libs/rpc/testing.h"
#include "shian/sanction/v1/case_service.grpc.pb.h"
#include "shian/sanction/v1/lead_service.grpc.pb.h"
#include "shian/sanction/v1/listing_service.grpc.pb.h"
#include "shian/sanction/v1/measure_service.grpc.pb.h"
#include "shian/sanction/v1/screening_service.grpc.pb.h"

namespace shian::sanction::testing {

inline constexpr char kOperator[] = "operators/914403001922038216";
inline constexpr char kName[] = "河南省瑞丰源水产食品有限公司";

inline constexpr char kReference[] = "（2026）豫0902行初12号";

// What ReasonOf gives for a success.
inline constexpr char kAllowed[] = "";

// The stable word of a refusal.
std::string ReasonOf(const grpc::Status& status);

class World {
 public:
  World();
  ~World();

  // Calls as ctl, with the token of `person` in these posts. A request without an id gets one.
  template <class Stub, class In, class Out>
  grpc::Status Act(const std::string& person, std::vector<std::string> posts,
                   grpc::Status (Stub::*method)(grpc::ClientContext*, const In&, Out*), In in,
                   Out* out, const std::string& region = "410902") {
    auth::Officer officer = rpc::testing::OfficerNamed(person, std::move(posts));
    officer.region = region;
    if (in.request_id().empty()) in.set_request_id(NewUuid7(absl::Now()));
    Stub stub(channel_);
    const auto context = rpc::testing::Context(rpc::testing::TokenFor(officer));
    return (stub.*method)(context.get(), in, out);
  }

  void AdvanceTo(absl::Time time);

  // Reads as `system`.
  template <class Stub, class In, class Out>
  grpc::Status Read(grpc::Status (Stub::*method)(grpc::ClientContext*, const In&, Out*),
                    const In& in, Out* out, const char* system = "ctl") {
    Stub stub(ChannelAs(system));
    return (stub.*method)(rpc::testing::Context().get(), in, out);
  }

  // What other services are told, by the beginning of the type.
  std::vector<ledger::FeedEntry> Facts(const std::string& prefix);

  rpc::Edge& edge() { return host_->edge(); }
  std::shared_ptr<grpc::Channel> ChannelAs(const char* system) {
    return rpc::testing::ChannelAs(system, folder_);
  }

 private:
  // Every service of sanction.
  struct Services;

  void KnowParty();

  rpc::testing::HostFolder folder_;
  std::unique_ptr<rpc::Host> host_;
  std::unique_ptr<Services> services_;
  std::shared_ptr<grpc::Channel> channel_;
};

using Cases = v1::CaseService::Stub;
using Listings = v1::ListingService::Stub;
using Measures = v1::MeasureService::Stub;
using Leads = v1::LeadService::Stub;

absl::Time Morning(int year, int month, int day);

v1::ServeNoticeRequest NoticeOf(const std::string& name);

v1::DecidePenaltyRequest PenaltyOf(const std::string& name);

v1::ScreenResponse Screen(World& world, const char* system, v1::Purpose purpose,
                          absl::Time as_of = absl::InfinitePast(),
                          absl::Time known_at = absl::InfiniteFuture());

v1::AnnulPenaltyRequest AnnulmentOf(const std::string& name);

// A lead against kOperator, found now; its name.
std::string RaiseLead(World& world);

std::string FileCase(World& world, const std::string& number);

// Files, reviews, serves, waits, discusses, decides and lists.
std::string DecideAll(World& world, std::string* entry);

// Consent, service and both publications, each refused before its time.
std::string TakeEffect(World& world, const std::string& name, const std::string& entry);

}  // namespace shian::sanction::testing
