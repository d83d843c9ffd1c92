// proto <-> domain for list entries.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/auth/approval.h"
#include "libs/policy/registry.h"
#include "services/sanction/listing/entry.h"
#include "services/sanction/listing/rule.h"
#include "services/sanction/party/convert.h"
#include "shian/policy/v1/list.pb.h"
#include "shian/sanction/v1/changes.pb.h"
#include "shian/sanction/v1/listing.pb.h"

namespace shian::sanction::convert {

// "SAMR_SERIOUS" -> "list.samr-serious".
std::string ListRuleId(absl::string_view list);

// The rule as it applies to an authority of `region`.
ListingRule ToListingRule(const policy::v1::ListRule& rule, const std::string& revision,
                          absl::string_view region);

// The list type that a request names.
std::string ToList(const std::string& list, Reader* reader);

// The acts of the repair that is under way, as its approval chain sees them.
std::vector<auth::ChainStep> RepairSteps(const Entry& entry);

// The purpose, and the reference that readers of the past must give.
Purpose ToPurpose(v1::Purpose purpose, const std::string& reference, Reader* reader);

// Whether the rule of the list shows what has ended to this purpose.
Viewer ToViewer(Purpose purpose, const ListingRule& rule);

// The rule of the entry's list that is in force on that day; of a list that is no more, the one
// that the entry was decided by, so that it can still be read and ended.
absl::StatusOr<ListingRule> RuleNowOf(store::ReadTx& tx, const policy::Policies& policies,
                                      const Entry& entry, Date on);

// Derives the clocks that its events started.
absl::Status FillClocks(store::ReadTx& tx, const policy::Policies& policies, Entry* entry);

struct EntryView {
  const Party& party;
  std::string origin;
  std::string locale;
  absl::Time as_of;
};
v1::Entry ToProto(const Entry& entry, const EntryView& view);

v1::ListingPublished ToPublished(const Entry& entry);
v1::ListingEnded ToEnded(const Entry& entry, EntryState how, absl::Time time);
// For the public log: a natural person by the operator's id only.
v1::ListingCard ToCard(const Entry& entry, const Party& party);
v1::ListingEndedCard ToEndedCard(const Entry& entry, EntryState how, absl::Time time);

}  // namespace shian::sanction::convert
