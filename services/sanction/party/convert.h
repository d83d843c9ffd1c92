// What all modules here share between the API and the domain: times, actors, documents, names of
// matters, clocks.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "libs/auth/officer.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/ledger/change.h"
#include "libs/policy/registry.h"
#include "libs/rpc/call.h"
#include "libs/rpc/page.h"
#include "libs/store/store.h"
#include "services/sanction/party/matter.h"
#include "services/sanction/party/party.h"
#include "shian/common/v1/date.pb.h"
#include "shian/common/v1/legal.pb.h"
#include "shian/common/v1/provenance.pb.h"
#include "shian/policy/v1/approval.pb.h"
#include "shian/sanction/v1/case.pb.h"

namespace shian::sanction::convert {

google::protobuf::Timestamp ToProto(absl::Time time);
common::v1::Date ToProto(Date date);
common::v1::LegalBasis ToProto(const errors::Basis& basis);
common::v1::Actor ToProto(const Actor& actor);
common::v1::Attachment ToProto(const Document& document);
common::v1::Deadline ToProto(const Clock& clock, absl::string_view locale);
// Masked for a natural person, except for those who must act against them.
enum class Shown { kMasked, kWhole };
v1::Party ToProto(const Party& party, Shown shown);

struct Record {
  std::string origin;
  std::string id;
  std::string authority;
  absl::Time recorded;
};
common::v1::Provenance ToProvenance(const Record& record);

Actor ToActor(const auth::Officer& officer);

// "operators/{operator}/<collection>/{id}".
struct MatterName {
  OperatorId op;
  std::string id;
};

// Reads the fields of a request and remembers all that are wrong.
class Reader {
 public:
  enum class Need { kOptional, kRequired };

  // Text of several lines, normalised.
  std::string Text(absl::string_view field, absl::string_view value, size_t max, Need need);
  // Text of one line, normalised.
  std::string Line(absl::string_view field, absl::string_view value, size_t max, Need need);
  MatterName Matter(absl::string_view field, absl::string_view value, absl::string_view collection);
  OperatorId Operator(absl::string_view field, absl::string_view value, Need need);
  // Six digits of a division code.
  std::string Region(absl::string_view field, absl::string_view value, Need need);
  std::vector<Document> Documents(
      const google::protobuf::RepeatedPtrField<common::v1::Attachment>& documents);
  // `fallback` when the message is absent.
  absl::Time Time(absl::string_view field, bool present, const google::protobuf::Timestamp& time,
                  absl::Time fallback);
  int64_t Number(absl::string_view field, int64_t value, int64_t min, int64_t max);
  void Wrong(absl::string_view field, errors::Rule rule) { violations_.Add(field, rule); }
  absl::Status ToStatus() const { return violations_.ToStatus(); }

 private:
  errors::Violations violations_;
};

// A page of one operator or of a region, within what the caller may see.
template <class In>
absl::StatusOr<PageQuery> ToPageQuery(const rpc::Call& call, const In& in,
                                      const rpc::PageStart& start) {
  Reader reader;
  PageQuery query;
  query.region = reader.Region("region", in.region(), Reader::Need::kOptional);
  query.op = reader.Operator("operator", in.operator_(), Reader::Need::kOptional);
  query.after = start.after;
  query.limit = start.size;
  if (absl::Status status = reader.ToStatus(); !status.ok()) return status;
  if (query.region.empty()) query.region = call.system().region;
  if (absl::Status status = call.RequireRegion(query.region); !status.ok()) return status;
  return query;
}

// What a page may know: nothing recorded after `known_at` of the request, nor after the first page.
template <class In>
absl::Time KnownAt(const In& in, const rpc::PageStart& page, Reader* reader) {
  return std::min(page.known_at, reader->Time("known_at", in.has_known_at(), in.known_at(),
                                              absl::InfiniteFuture()));
}

// A change about a party; the operator's id is all of them that stands in a leaf.
struct About {
  const OperatorId& op;
  const std::string& region;
  absl::Time time;
};
ledger::Change ChangeOf(const About& about, ledger::Log log, const char* type, std::string payload);

absl::Status CheckEtag(absl::string_view asked, absl::string_view current, absl::string_view name);

// ---- Policies
// --------------------------------------------------------------------------------------

// The clock with the rule it was started under and what follows from the calendar.
absl::StatusOr<Clock> ResolveClock(store::ReadTx& tx, const policy::Policies& policies,
                                   const StartedClock& started, absl::Time start);
// A clock that starts on `on`, under the table in force then.
absl::StatusOr<StartedClock> StartClock(store::ReadTx& tx, const policy::Policies& policies,
                                        absl::string_view key, Date on);
// The article behind an act of a chain.
errors::Basis BasisOf(const policy::v1::ApprovalChain& chain, absl::string_view act);

}  // namespace shian::sanction::convert
