#include "services/inspection/draw/convert.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/rpc/convert.h"
#include "services/inspection/draw/limits.h"

namespace shian::inspection::draw {
namespace {

constexpr absl::string_view kReasonPrefix = "REPLACEMENT_REASON_";

v1::ReplacementReason ReasonOf(const std::string& key) {
  auto reason = v1::REPLACEMENT_REASON_UNSPECIFIED;
  v1::ReplacementReason_Parse(absl::StrCat(kReasonPrefix, key), &reason);
  return reason;
}

// The numbers of the domain's enum begin with 0, those of the API with 1 after "not stated".
v1::DrawState ToProto(State state) {
  return static_cast<v1::DrawState>(static_cast<int>(state) + 1);
}

StratumPlan ToStratum(const v1::Stratum& in, const std::string& at, const std::string& region,
                      FieldReader& read) {
  StratumPlan plan;
  plan.key = in.key();
  const bool printable = std::all_of(plan.key.begin(), plan.key.end(),
                                     [](unsigned char c) { return absl::ascii_isgraph(c); });
  if (plan.key.empty() || plan.key.size() > limits::kStratumKeyBytesMax || !printable) {
    read.Bad(at + ".key", "must be 1 to 64 printable ASCII characters",
             "应为1至64个可打印ASCII字符");
  }
  for (const int kind : in.kinds()) {
    plan.kinds.push_back(
        frame::KindWord(read.Stated(at + ".kinds", static_cast<registry::v1::OperatorKind>(kind),
                                    registry::v1::OperatorKind_IsValid)));
  }
  for (const int grade : in.grades()) {
    plan.grades.push_back(frame::GradeWord(read.Stated(
        at + ".grades", static_cast<policy::v1::RiskGrade>(grade), policy::v1::RiskGrade_IsValid)));
  }
  plan.region = read.Region(at + ".region", in.region(), false);
  const auto [first, last] = frame::RegionRange(region.size() == 6 ? region : "000000");
  if (!plan.region.empty() && (plan.region < first || plan.region > last)) {
    read.Bad(at + ".region", "must lie within the draw's region", "应在抽查区划范围内");
  }
  plan.take = static_cast<int>(read.Number(at + ".take", in.take(), 1, limits::kTakeMax));
  return plan;
}

void ToProto(const Picked& in, const std::vector<Replacement>& replacements, v1::Selection* out) {
  out->set_operator_("operators/" + in.operator_id);
  out->set_stratum(in.stratum);
  out->set_rank(in.rank);
  out->set_ticket(in.ticket);
  for (const std::string& one : in.inspectors) out->add_inspectors("inspectors/" + one);
  out->set_short_of_inspectors(in.short_of_inspectors);
  for (const Replacement& one : replacements) {
    if (one.operator_id == in.operator_id) out->set_replaced(ReasonOf(one.reason));
  }
}

void ToProto(const DatedShare& in, v1::SeedShare* out) {
  out->set_department(in.share.department);
  out->set_commitment(in.share.commitment);
  out->set_secret(in.share.secret);
  *out->mutable_commit_time() = rpc::ToProto(in.commit_time);
  if (in.reveal_time) *out->mutable_reveal_time() = rpc::ToProto(*in.reveal_time);
}

void AddStrata(const Draw& draw, v1::Draw* out) {
  for (size_t i = 0; i < draw.plan.strata.size(); ++i) {
    const StratumPlan& plan = draw.plan.strata[i];
    v1::Stratum* stratum = out->add_strata();
    stratum->set_key(plan.key);
    for (const std::string& kind : plan.kinds) stratum->add_kinds(frame::KindOf(kind));
    for (const std::string& grade : plan.grades) stratum->add_grades(frame::GradeOf(grade));
    stratum->set_region(plan.region);
    stratum->set_take(plan.take);
    if (!draw.lock) continue;
    stratum->set_frame_size(draw.lock->sizes.at(i));
    stratum->set_frame_root(draw.lock->roots.at(i));
  }
}

void AddLock(const LockFacts& lock, v1::Draw* out) {
  out->set_public_source(lock.public_source);
  *out->mutable_public_time() = rpc::ToProto(lock.public_time);
  *out->mutable_reveal_due_time() = rpc::ToProto(lock.reveal_due);
  out->set_lock_hash(lock.lock_hash);
  out->set_frame_size(lock.frame_size);
  out->set_frame_root(lock.frame_root);
  *out->mutable_lock_time() = rpc::ToProto(lock.time);
}

}  // namespace

absl::StatusOr<DrawId> ToDrawId(absl::string_view name) {
  FieldReader read;
  const std::string id = read.Name("name", name, "draws", true);
  RETURN_IF_ERROR(read.Done());
  return DrawId(id);
}

absl::StatusOr<Plan> ToPlan(const v1::CreateDrawRequest& in) {
  FieldReader read;
  Plan plan;
  plan.title = read.Text("title", in.title(), limits::kTitleCodePointsMax, true);
  plan.region = read.Region("region", in.region(), true);
  // 0 until the rule in force says how many there must be.
  plan.inspectors_per_operator =
      static_cast<int>(read.Number("inspectors_per_operator", in.inspectors_per_operator(), 0,
                                   limits::kInspectorsPerOperatorMax));
  plan.inspector_capacity =
      in.inspector_capacity() == 0 ? limits::kCapacityDefault : in.inspector_capacity();
  read.Number("inspector_capacity", plan.inspector_capacity, 1, limits::kCapacityMax);
  read.Number("strata", in.strata_size(), 1, limits::kStrataMax);
  std::set<std::string> keys;
  int64_t taken = 0;
  for (int i = 0; i < in.strata_size() && i < limits::kStrataMax; ++i) {
    const std::string at = absl::StrCat("strata[", i, "]");
    plan.strata.push_back(ToStratum(in.strata(i), at, plan.region, read));
    taken += plan.strata.back().take;
    if (!keys.insert(plan.strata.back().key).second) {
      read.Bad(at + ".key", "must differ from the keys before", "不得与前面的分层标识重复");
    }
  }
  if (taken > limits::kSelectedMax) {
    read.Bad("strata",
             absl::StrCat("must draw at most ", limits::kSelectedMax, " operators in all"),
             absl::StrCat("抽取总数不得超过", limits::kSelectedMax, "户"));
  }
  RETURN_IF_ERROR(read.Done());
  return plan;
}

std::string ToKey(v1::ReplacementReason reason) {
  const std::string& name = v1::ReplacementReason_Name(reason);
  return name.substr(std::min(name.size(), kReasonPrefix.size()));
}

std::string EtagOf(const Draw& draw) { return absl::StrCat("v", draw.version); }

void ToProto(const Draw& draw, bool whole, v1::Draw* out) {
  out->set_name("draws/" + draw.id.value());
  out->set_etag(EtagOf(draw));
  *out->mutable_provenance()->mutable_record_time() = rpc::ToProto(draw.create_time);
  out->mutable_provenance()->set_source_id(draw.id.value());
  out->set_title(draw.plan.title);
  out->set_region(draw.plan.region);
  out->set_state(ToProto(StateOf(draw)));
  out->set_algorithm(v1::DRAW_ALGORITHM_SHA256_SORT_V1);
  AddStrata(draw, out);
  out->set_inspectors_per_operator(draw.plan.inspectors_per_operator);
  out->set_inspector_capacity(draw.plan.inspector_capacity);
  for (const DatedShare& one : draw.shares) ToProto(one, out->add_shares());
  *out->mutable_create_time() = rpc::ToProto(draw.create_time);
  if (draw.lock) AddLock(*draw.lock, out);
  if (draw.execution) {
    out->set_public_value(draw.execution->public_value);
    out->set_seed(draw.execution->seed);
    *out->mutable_execute_time() = rpc::ToProto(draw.execution->time);
  }
  const auto& ended = draw.abandon_time ? draw.abandon_time : draw.expire_time;
  if (ended) *out->mutable_end_time() = rpc::ToProto(*ended);
  out->set_end_reason(draw.end_reason);
  if (!whole) return;
  for (const DeclaredRecusal& one : draw.recusals) {
    v1::Recusal* recusal = out->add_recusals();
    recusal->set_inspector("inspectors/" + one.recusal.inspector);
    recusal->set_operator_("operators/" + one.recusal.operator_id);
    recusal->set_reason(one.reason);
  }
  for (const Picked& one : draw.picked) ToProto(one, draw.replacements, out->add_selections());
}

void ToProto(const Draw& draw, const Lock& lock, v1::ProofBundle* out) {
  out->set_draw(lock.draw);
  out->set_algorithm(v1::DRAW_ALGORITHM_SHA256_SORT_V1);
  out->set_title(lock.title);
  out->set_region(lock.region);
  out->set_lock_time_us(lock.lock_time_us);
  out->set_public_source(lock.public_source);
  out->set_public_time_us(lock.public_time_us);
  out->set_inspectors_per_operator(lock.inspectors_per_operator);
  out->set_inspector_capacity(lock.inspector_capacity);
  for (size_t i = 0; i < lock.strata.size(); ++i) {
    v1::ProofStratum* stratum = out->add_strata();
    stratum->set_key(lock.strata[i].key);
    stratum->set_take(lock.strata[i].take);
    for (const std::string& id : lock.strata[i].ids) stratum->add_ids(id);
    stratum->set_frame_root(draw.lock->roots.at(i));
  }
  for (const std::string& one : lock.inspectors) out->add_inspectors(one);
  for (const Recusal& one : lock.recusals) {
    v1::ProofRecusal* recusal = out->add_recusals();
    recusal->set_operator_(one.operator_id);
    recusal->set_inspector(one.inspector);
  }
  for (const DatedShare& one : draw.shares) ToProto(one, out->add_shares());
  out->set_frame_root(draw.lock->frame_root);
  out->set_lock_hash(draw.lock->lock_hash);
  out->set_public_value(draw.execution->public_value);
  out->set_seed(draw.execution->seed);
  for (const Picked& one : draw.picked) {
    v1::ProofSelection* selection = out->add_selections();
    selection->set_operator_(one.operator_id);
    selection->set_stratum(one.stratum);
    selection->set_rank(one.rank);
    for (const std::string& inspector : one.inspectors) selection->add_inspectors(inspector);
  }
  for (const Replacement& one : draw.replacements) {
    v1::ProofReplacement* replacement = out->add_replacements();
    replacement->set_operator_(one.operator_id);
    replacement->set_reason(ReasonOf(one.reason));
  }
}

v1::DrawCard ToCard(const Draw& draw) {
  v1::DrawCard card;
  card.set_draw("draws/" + draw.id.value());
  card.set_title(draw.plan.title);
  card.set_state(ToProto(StateOf(draw)));
  card.set_end_reason(draw.end_reason);
  if (draw.lock) {
    card.set_lock_hash(draw.lock->lock_hash);
    card.set_frame_root(draw.lock->frame_root);
    card.set_frame_size(draw.lock->frame_size);
    card.set_public_source(draw.lock->public_source);
    *card.mutable_public_time() = rpc::ToProto(draw.lock->public_time);
    *card.mutable_reveal_due_time() = rpc::ToProto(draw.lock->reveal_due);
  }
  if (draw.execution) {
    card.set_public_value(draw.execution->public_value);
    card.set_seed(draw.execution->seed);
  }
  for (const Picked& one : draw.picked) ToProto(one, draw.replacements, card.add_selections());
  return card;
}

v1::DrawPublished ToPublished(const Draw& draw) {
  v1::DrawPublished out;
  out.set_draw("draws/" + draw.id.value());
  out.set_region(draw.plan.region);
  out.set_lock_hash(draw.lock->lock_hash);
  out.set_seed(draw.execution->seed);
  for (const Picked& one : draw.picked) ToProto(one, draw.replacements, out.add_selections());
  return out;
}

absl::StatusOr<LockFacts> ToLockFacts(const rpc::Call& call, const v1::LockDrawRequest& in) {
  FieldReader read;
  LockFacts facts;
  facts.time = call.now();
  facts.public_source =
      read.Text("public_source", in.public_source(), limits::kPublicCodePointsMax, true);
  facts.public_time = rpc::FromProto(in.public_time());
  facts.reveal_due = rpc::FromProto(in.reveal_due_time());
  if (!in.has_public_time()) read.Bad("public_time", "is required", "不能为空");
  if (!in.has_reveal_due_time()) read.Bad("reveal_due_time", "is required", "不能为空");
  RETURN_IF_ERROR(read.Done());
  return facts;
}

absl::Status CheckLockTimes(const LockFacts& facts) {
  FieldReader read;
  if (facts.public_time <= facts.time) {
    read.Bad("public_time", "must lie in the future", "应晚于当前时间");
  }
  // Whoever could reveal after the public string is known could look first, and withhold a share
  // that makes a draw it does not like.
  if (facts.reveal_due <= facts.time || facts.reveal_due > facts.public_time ||
      facts.reveal_due > facts.time + limits::kRevealWindowMax) {
    read.Bad("reveal_due_time",
             "must lie in the future, not after public_time, and at most 31 days ahead",
             "应晚于当前时间，不得晚于公开随机值产生时间，且不超过31日");
  }
  return read.Done();
}

}  // namespace shian::inspection::draw
