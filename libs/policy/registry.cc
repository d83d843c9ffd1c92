#include "libs/policy/registry.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/base/views.h"
#include "libs/errors/errors.h"
#include "libs/policy/convert.h"
#include "libs/policy/folder.h"
#include "libs/policy/kinds.h"
#include "libs/policy/revisions.h"
#include "shian/policy/v1/calendar.pb.h"
#include "shian/policy/v1/deadline.pb.h"

namespace shian::policy {
namespace {

absl::Status NotInForce(absl::string_view id, Date on) {
  return errors::Refuse(errors::Reason::kPolicyNotInForce,
                        {{"policy", std::string(id)}, {"date", FormatDate(on)}});
}

// "deadline.sampling" of "sampling.reinspection_request".
std::string TableOf(absl::string_view key) {
  const std::vector<absl::string_view> words = absl::StrSplit(key, absl::MaxSplits('.', 1));
  return absl::StrCat("deadline.", words.front());
}

// Only the revision's hash: the text is fetched when it is not in memory yet.
constexpr store::Sql kFindInForce = {
    "SELECT revision FROM policy_revision WHERE id = $1 AND state = 2 AND effective_from <= $2 "
    "AND effective_to >= $2 ORDER BY effective_from DESC LIMIT 1"};
constexpr store::Sql kActiveOfKind = {
    "SELECT revision FROM policy_revision WHERE kind = $1 AND state = 2 ORDER BY revision"};

}  // namespace

absl::StatusOr<Policies::Parsed> Policies::FindRevision(
    store::ReadTx& tx, absl::string_view revision, const google::protobuf::Descriptor& type) const {
  Parsed parsed;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = parsed_.find(revision);
    if (found != parsed_.end()) parsed = found->second;
  }
  if (parsed.message == nullptr) {
    ASSIGN_OR_RETURN(const StoredRevision stored, GetRevision(tx, revision));
    FileResult file = ParseFile(stored.path, stored.text);
    if (file.message == nullptr) {
      return errors::Refuse(errors::Reason::kPolicyInvalid,
                            {{"problem", file.problems.front().ToString()}});
    }
    parsed = {stored.id, stored.revision, std::move(file.message)};
    absl::MutexLock lock(&mutex_);
    parsed_.emplace(stored.revision, parsed);
  }
  if (parsed.message->GetDescriptor() != &type) {
    return errors::NotFound(absl::StrCat(type.full_name(), " ", revision));
  }
  return parsed;
}

absl::StatusOr<Policies::Parsed> Policies::FindInForce(
    store::ReadTx& tx, absl::string_view id, Date on,
    const google::protobuf::Descriptor& type) const {
  ASSIGN_OR_RETURN(const auto row,
                   tx.QueryOne(kFindInForce, store::Values(std::string(id), FormatDate(on))));
  if (!row.has_value()) return NotInForce(id, on);
  return FindRevision(tx, row->Text(0), type);
}

absl::StatusOr<std::shared_ptr<const calendar::Calendar>> Policies::Calendar(
    store::ReadTx& tx) const {
  const auto kind = static_cast<int64_t>(v1::POLICY_KIND_CALENDAR);
  ASSIGN_OR_RETURN(const auto rows, tx.Query(kActiveOfKind, store::Values(kind)));
  std::vector<std::string> revisions;
  revisions.reserve(rows.size());
  for (const store::Row& row : rows) revisions.push_back(row.Text(0));
  const std::string revision = HexEncode(Sha256(absl::StrJoin(revisions, "\n")));
  {
    absl::MutexLock lock(&mutex_);
    if (calendar_ != nullptr && calendar_->revision() == revision) return calendar_;
  }
  calendar::Calendar::Parts parts;
  for (const std::string& one : revisions) {
    ASSIGN_OR_RETURN(const Parsed parsed, FindRevision(tx, one, *v1::Calendar::descriptor()));
    AddNotice(static_cast<const v1::Calendar&>(*parsed.message), &parts);
  }
  parts.revision = revision;
  auto merged = std::make_shared<const calendar::Calendar>(std::move(parts));
  absl::MutexLock lock(&mutex_);
  calendar_ = merged;
  return merged;
}

absl::StatusOr<calendar::Rule> Policies::RuleInForce(store::ReadTx& tx, absl::string_view key,
                                                     Date on) const {
  ASSIGN_OR_RETURN(const Parsed table,
                   FindInForce(tx, TableOf(key), on, *v1::DeadlineTable::descriptor()));
  return ToRule(static_cast<const v1::DeadlineTable&>(*table.message), key, ToAbsl(table.revision));
}

absl::StatusOr<calendar::Rule> Policies::RuleOfRevision(store::ReadTx& tx, absl::string_view key,
                                                        absl::string_view revision) const {
  ASSIGN_OR_RETURN(const Parsed table,
                   FindRevision(tx, revision, *v1::DeadlineTable::descriptor()));
  return ToRule(static_cast<const v1::DeadlineTable&>(*table.message), key, revision);
}

}  // namespace shian::policy
