// Messages of the draw to its domain and back.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/inspection/draw/draw.h"
#include "services/inspection/frame/convert.h"
#include "shian/inspection/v1/changes.pb.h"
#include "shian/inspection/v1/draw.pb.h"
#include "shian/inspection/v1/draw_proof.pb.h"
#include "shian/inspection/v1/draw_service.pb.h"

namespace shian::inspection::draw {

absl::StatusOr<DrawId> ToDrawId(absl::string_view name);
absl::StatusOr<Plan> ToPlan(const v1::CreateDrawRequest& in);
absl::StatusOr<LockFacts> ToLockFacts(const rpc::Call& call, const v1::LockDrawRequest& in);
// Whether the times lie ahead of the lock. Asked in the write, not before it: a request that is
// repeated later gets its first answer, whatever the clock says by then.
absl::Status CheckLockTimes(const LockFacts& facts);
// Key of the policy's replacement grounds, such as "CEASED".
std::string ToKey(v1::ReplacementReason reason);

// `whole` false leaves out what only the single resource shows.
void ToProto(const Draw& draw, bool whole, v1::Draw* out);
std::string EtagOf(const Draw& draw);
void ToProto(const Draw& draw, const Lock& lock, v1::ProofBundle* out);
v1::DrawCard ToCard(const Draw& draw);
v1::DrawPublished ToPublished(const Draw& draw);

}  // namespace shian::inspection::draw
