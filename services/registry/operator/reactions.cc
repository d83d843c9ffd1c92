#include "services/registry/operator/reactions.h"

#include "google/protobuf/util/time_util.h"
#include "libs/base/status_macros.h"
#include "libs/ledger/consumer.h"
#include "services/registry/operator/convert.h"
#include "services/registry/operator/store.h"
#include "shian/sanction/v1/changes.pb.h"

namespace shian::registry {
namespace {

using google::protobuf::util::TimeUtil;

Date DayOf(const google::protobuf::Timestamp& time) {
  return ToDate(FromMicros(TimeUtil::TimestampToMicroseconds(time)));
}

absl::Status OnPublished(store::WriteTx& tx, const ledger::ReceivedChange& change) {
  sanction::v1::ListingPublished listing;
  if (!listing.ParseFromString(change.payload)) return absl::DataLossError("ListingPublished");
  if (listing.without_joint_effect()) return absl::OkStatus();  // restricts nothing
  const std::optional<OperatorId> id = OperatorIdOf(listing.operator_());
  if (!id) return absl::OkStatus();
  return PutRestriction(tx, *id,
                        {listing.entry(), DayOf(listing.publish_time()), std::nullopt, change.id,
                         tx.now(), std::nullopt});
}

absl::Status OnEnded(store::WriteTx& tx, const ledger::ReceivedChange& change) {
  sanction::v1::ListingEnded listing;
  if (!listing.ParseFromString(change.payload)) return absl::DataLossError("ListingEnded");
  const std::optional<OperatorId> id = OperatorIdOf(listing.operator_());
  if (!id) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::optional<Restriction> restriction,
                   FindRestriction(tx, *id, listing.entry()));
  if (!restriction) return absl::OkStatus();
  // An annulment may follow an earlier end; it does not bring the restriction back.
  if (restriction->to) return absl::OkStatus();
  restriction->to = DayOf(listing.end_time());
  restriction->end_recorded = tx.now();
  return PutRestriction(tx, *id, *restriction);
}

}  // namespace

ledger::Reactions OperatorReactions() {
  return {{"shian.sanction.listing.published", OnPublished},
          {"shian.sanction.listing.ended", OnEnded}};
}

}  // namespace shian::registry
