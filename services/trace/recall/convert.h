// Between the proto of recalls, the policies and the domain.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/auth/officer.h"
#include "libs/policy/registry.h"
#include "libs/store/store.h"
#include "services/trace/recall/recall.h"
#include "services/trace/recall/store.h"
#include "shian/inspection/v1/changes.pb.h"
#include "shian/trace/v1/changes.pb.h"
#include "shian/trace/v1/recall.pb.h"
#include "shian/trace/v1/recall_service.pb.h"

namespace shian::trace::recall {

// The policy that recalls run by.
inline constexpr char kRecallRule[] = "recall.food";

// The rule of a class in force on `on`. POLICY_NOT_IN_FORCE when there is none.
absl::StatusOr<ClassRule> RuleOfClass(store::ReadTx& tx, const policy::Policies& policies,
                                      RecallClass recall_class, Date on);

// What a failed sample gives ground for; class rule and id are filled in by the caller.
Recall ToRecall(const inspection::v1::SampleNotified& notified, absl::Time changed);
Hazard ToHazard(const inspection::v1::SampleNotified& notified);

// The clock's end, as the table it was started under counts it.
struct DueClock {
  DutyClock clock;
  calendar::Rule rule;
  calendar::Due due;
};
absl::StatusOr<std::vector<DueClock>> DueClocksOf(store::ReadTx& tx,
                                                  const policy::Policies& policies,
                                                  const Recall& recall);
v1::RecallBreached BreachedChange(const Recall& recall, const DueClock& clock);

// With its clocks as the tables they were started under count them.
absl::StatusOr<v1::Recall> ToProto(store::ReadTx& tx, const policy::Policies& policies,
                                   const Recall& recall, absl::string_view locale);
v1::RecallNotice ToProto(const Notice& notice);
v1::RecallLot ToProto(const ScopeLot& lot, bool late);
v1::RecallFrozen FrozenChange(const v1::Recall& recall, const Scope& scope);
// What the public may see of a recall as it is shown.
v1::RecallCard Card(const v1::Recall& shown, absl::Time time);

Officer ToOfficer(const auth::Officer& officer);
common::v1::Actor ToProto(const Officer& officer);
// A decimal number of at least 0, without exponent, as capture keeps quantities.
bool IsQuantity(const std::string& text);

// Ids out of names; INVALID_ARGUMENT naming `field`.
absl::StatusOr<std::string> RecallId(absl::string_view name, absl::string_view field);
struct NoticeId {
  std::string recall;
  std::string notice;
};
absl::StatusOr<NoticeId> ToNoticeId(absl::string_view name);

struct FreezeOrder {
  std::string recall;
  std::vector<std::string> further_seeds;  // canonical, each once
  RecallClass recall_class = RecallClass::kTwo;
  bool class_stated = false;
};
absl::StatusOr<FreezeOrder> ToOrder(const v1::FreezeScopeRequest& in);
absl::StatusOr<RecallFilter> ToFilter(const v1::ListRecallsRequest& in);
// A time that a request states; INVALID_ARGUMENT naming `field` outside of years 1 to 9999.
absl::StatusOr<absl::Time> TimeOr(bool stated, const google::protobuf::Timestamp& time,
                                  absl::string_view field, absl::Time otherwise);
// The past that a request asks for: all of a recall is recorded when it happens, so what was true
// at `as_of` and what was known at `known_at` are found by the earlier of the two.
template <class In>
absl::StatusOr<absl::Time> PastOf(const In& in) {
  const auto as_of = TimeOr(in.has_as_of(), in.as_of(), "as_of", absl::InfiniteFuture());
  if (!as_of.ok()) return as_of.status();
  const auto known_at =
      TimeOr(in.has_known_at(), in.known_at(), "known_at", absl::InfiniteFuture());
  if (!known_at.ok()) return known_at.status();
  return std::min(*as_of, *known_at);
}
absl::StatusOr<Acknowledgement> ToAcknowledgement(const v1::AcknowledgeNoticeRequest& in);

}  // namespace shian::trace::recall
