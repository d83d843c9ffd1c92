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

absl::Status End(store::WriteTx& tx, const OperatorId& id, const std::string& name,
                 const google::protobuf::Timestamp& end_time) {
  ASSIGN_OR_RETURN(std::optional<Restriction> restriction, FindRestriction(tx, id, name));
  if (!restriction) return absl::OkStatus();
  // An annulment may follow an earlier end; it does not bring the restriction back.
  if (restriction->to) return absl::OkStatus();
  restriction->to = DayOf(end_time);
  restriction->end_recorded = tx.now();
  return PutRestriction(tx, id, *restriction);
}

absl::Status OnEnded(store::WriteTx& tx, const ledger::ReceivedChange& change) {
  sanction::v1::ListingEnded listing;
  if (!listing.ParseFromString(change.payload)) return absl::DataLossError("ListingEnded");
  const std::optional<OperatorId> id = OperatorIdOf(listing.operator_());
  return id ? End(tx, *id, listing.entry(), listing.end_time()) : absl::OkStatus();
}

absl::Status OnOrdered(store::WriteTx& tx, const ledger::ReceivedChange& change) {
  sanction::v1::MeasureOrdered measure;
  if (!measure.ParseFromString(change.payload)) return absl::DataLossError("MeasureOrdered");
  const std::optional<OperatorId> id = OperatorIdOf(measure.operator_());
  if (!id || measure.effect() == policy::v1::MEASURE_EFFECT_UNSPECIFIED) return absl::OkStatus();
  return PutRestriction(tx, *id,
                        {measure.measure(), DayOf(measure.order_time()), std::nullopt, change.id,
                         tx.now(), std::nullopt, static_cast<int>(measure.effect())});
}

absl::Status OnLifted(store::WriteTx& tx, const ledger::ReceivedChange& change) {
  sanction::v1::MeasureLifted measure;
  if (!measure.ParseFromString(change.payload)) return absl::DataLossError("MeasureLifted");
  const std::optional<OperatorId> id = OperatorIdOf(measure.operator_());
  return id ? End(tx, *id, measure.measure(), measure.end_time()) : absl::OkStatus();
}

}  // namespace

ledger::Reactions OperatorReactions() {
  return {{"shian.sanction.listing.published", OnPublished},
          {"shian.sanction.listing.ended", OnEnded},
          {"shian.sanction.measure.registry.ordered", OnOrdered},
          {"shian.sanction.measure.registry.lifted", OnLifted}};
}

}  // namespace shian::registry
