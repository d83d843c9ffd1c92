#include "services/sanction/ban/convert.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/hash.h"
#include "libs/codes/codes.h"
#include "libs/policy/convert.h"
#include "services/sanction/ban/limits.h"
#include "services/sanction/case/convert_detail.h"
#include "services/sanction/party/limits.h"

namespace shian::sanction::convert {
namespace {

using Need = Reader::Need;

static_assert(static_cast<int>(BanState::kAnnulled) == v1::BAN_STATE_ANNULLED);
static_assert(static_cast<int>(BanAct::kExpired) == v1::BAN_ACT_EXPIRED);
static_assert(static_cast<int>(BanRole::kResponsible) == policy::v1::BAN_ROLE_RESPONSIBLE);
static_assert(static_cast<int>(Bar::kSafety) == policy::v1::BAN_BAR_SAFETY);

v1::BanEvent ToProto(const BanEvent& event) {
  v1::BanEvent out;
  out.set_sequence(event.sequence);
  out.set_act(static_cast<v1::BanAct>(event.act));
  *out.mutable_time() = convert::ToProto(event.time);
  *out.mutable_record_time() = convert::ToProto(event.recorded);
  if (!event.actor.person.empty()) *out.mutable_actor() = convert::ToProto(event.actor);
  out.set_text(event.text);
  for (const Document& document : event.documents) {
    *out.add_documents() = convert::ToProto(document);
  }
  out.set_policy_revision(event.chain_revision);
  return out;
}

bool IsKeyId(absl::string_view id) {
  return id.size() == limits::kKeyIdChars &&
         std::all_of(id.begin(), id.end(), [](char c) { return absl::ascii_isxdigit(c); });
}

std::string MaskedName(const std::string& name) {
  return name.empty() ? "" : ShownName({OperatorId(), name, "", true});
}

Judgment ToJudgment(const v1::Judgment& in, Date today, Reader* reader) {
  Judgment out;
  out.number =
      reader->Line("judgment.number", in.number(), limits::kNumberCodePointsMax, Need::kRequired);
  out.court =
      reader->Line("judgment.court", in.court(), limits::kTitleCodePointsMax, Need::kRequired);
  const auto day =
      ToDay("judgment.effective_date", in.has_effective_date(), in.effective_date(), reader);
  if (!day || *day > today) {
    reader->Wrong("judgment.effective_date",
                  {"is required and not after today", "为必填项，且不晚于今日"});
  }
  out.effective = day.value_or(today);
  return out;
}

}  // namespace

const char* ChainAct(BanAct act) {
  switch (act) {
    case BanAct::kProposed:
      return "proposal";
    case BanAct::kImposed:
      return "imposition";
    case BanAct::kAnnulled:
      return "annulment";
    case BanAct::kExpired:
      return "";
  }
  return "";
}

std::vector<auth::ChainStep> StepsOf(const Ban& ban) {
  std::vector<auth::ChainStep> steps;
  for (const sanction::BanEvent& event : ban.events) {
    steps.push_back({ChainAct(event.act), event.actor.person, event.time});
  }
  return steps;
}

std::optional<BanGround> ToBanGround(const policy::v1::BanRule& rule, absl::string_view key) {
  for (const policy::v1::BanGround& in : rule.grounds()) {
    if (absl::string_view(in.key()) != key) continue;
    BanGround out;
    out.key = in.key();
    out.title = in.title_zh();
    out.by_judgment = in.basis() == policy::v1::BAN_BASIS_JUDGMENT;
    for (const std::string& word : in.penalty_kinds()) {
      v1::PenaltyKind kind = v1::PENALTY_KIND_UNSPECIFIED;
      if (v1::PenaltyKind_Parse("PENALTY_KIND_" + word, &kind)) {
        out.kinds.insert(static_cast<PenaltyKind>(kind));
      }
    }
    for (const int role : in.roles()) out.roles.insert(static_cast<BanRole>(role));
    for (const int bar : in.bars()) out.bars.insert(static_cast<Bar>(bar));
    if (!in.for_life()) {
      out.period = calendar::Budget{in.period_count(), policy::ToUnit(in.period_unit()),
                                    calendar::LastDay::kNone};
    }
    out.basis = policy::ToBasis(in.legal_basis());
    return out;
  }
  return std::nullopt;
}

std::vector<codes::KeyedHash> ToHashes(absl::string_view field, const v1::PersonKey& person,
                                       const codes::IdentityHasher& hasher, Reader* reader) {
  if (person.identity_number().empty() != person.has_hash()) {
    reader->Wrong(
        field, {"needs identity_number or hash, one of them", "应提供identity_number或hash之一"});
    return {};
  }
  if (!person.has_hash()) {
    const auto number =
        codes::Check(codes::Kind::kCitizenId, codes::Tidy(person.identity_number()));
    if (number.ok()) return hasher.EveryHashOf(number->canonical);
    reader->Wrong(absl::StrCat(field, ".identity_number"),
                  {"is no valid identity number", "不是有效的公民身份号码"});
    return {};
  }
  const registry::v1::KeyedHash& hash = person.hash();
  // Under a key that is not ours nobody could be found: silence would read as "not barred".
  if (!IsKeyId(hash.key_id()) || hash.hash().size() != kSha256Bytes ||
      !hasher.Knows(hash.key_id())) {
    reader->Wrong(absl::StrCat(field, ".hash"),
                  {"is no hash under a key of this service", "不是本服务密钥下的摘要"});
    return {};
  }
  return hasher.WithLater({hash.key_id(), hash.hash()});
}

Proposing ToProposing(const v1::ProposeBanRequest& in, const codes::IdentityHasher& hasher,
                      Date today, Reader* reader) {
  Proposing out;
  Ban& ban = out.ban;
  if (in.case_().empty() != in.has_judgment()) {
    reader->Wrong("case", {"or judgment is required, one of them", "应提供case或judgment之一"});
  } else if (in.has_judgment()) {
    ban.op = reader->Operator("operator", in.operator_(), Need::kRequired);
    ban.region = reader->Region("region", in.region(), Need::kRequired);
    ban.judgment = ToJudgment(in.judgment(), today, reader);
    if (in.documents().empty()) {
      reader->Wrong("documents", {"must hold the judgment", "应附判决书"});
    }
  } else {
    out.case_name = reader->Matter("case", in.case_(), "cases");
    ban.op = out.case_name.op;
  }
  ban.ground = reader->Line("ground", in.ground(), limits::kIdCharsMax, Need::kRequired);
  if (!policy::v1::BanRole_IsValid(in.role()) || in.role() == policy::v1::BAN_ROLE_UNSPECIFIED) {
    reader->Wrong("role", {"is required", "不能为空"});
  } else {
    ban.role = static_cast<BanRole>(in.role());
  }
  ban.person_name = reader->Line("person_name", in.person_name(), limits::kPersonNameCodePointsMax,
                                 Need::kRequired);
  ban.hashes = ToHashes("person", in.person(), hasher, reader);
  sanction::BanEvent proposed;
  proposed.text = reader->Text("text", in.text(), limits::kTextCodePointsMax, Need::kRequired);
  proposed.documents = reader->Documents(in.documents());
  ban.events.push_back(std::move(proposed));
  return out;
}

v1::Ban ToProto(const Ban& ban, const BanView& view) {
  v1::Ban out;
  out.set_name(ban.name());
  out.set_etag(ban.etag());
  *out.mutable_provenance() =
      ToProvenance({view.origin, ban.id.value(), ban.organisation, ban.events.front().recorded});
  out.set_region(ban.region);
  out.set_organisation(ban.organisation);
  out.set_ground(ban.ground);
  out.set_ground_title(ban.ground_title);
  *out.mutable_legal_basis() = convert::ToProto(ban.basis);
  out.set_role(static_cast<policy::v1::BanRole>(ban.role));
  out.set_masked_person_name(MaskedName(ban.person_name));
  if (!ban.case_id.empty()) {
    out.set_case_(absl::StrCat("operators/", ban.op.value(), "/cases/", ban.case_id.value()));
  }
  if (ban.judgment) {
    out.mutable_judgment()->set_number(ban.judgment->number);
    out.mutable_judgment()->set_court(ban.judgment->court);
    *out.mutable_judgment()->mutable_effective_date() = convert::ToProto(ban.judgment->effective);
  }
  for (const Bar bar : ban.bars) out.add_bars(static_cast<policy::v1::BanBar>(bar));
  *out.mutable_from_date() = convert::ToProto(ban.from);
  if (ban.until) *out.mutable_until_date() = convert::ToProto(*ban.until);
  out.set_state(static_cast<v1::BanState>(StateOn(ban, view.on)));
  for (const sanction::BanEvent& event : ban.events) *out.add_events() = ToProto(event);
  out.set_policy_revision(ban.rule_revision);
  return out;
}

v1::BanCheck ToCheck(const Barring& barring, const std::string& client_ref) {
  v1::BanCheck out;
  out.set_client_ref(client_ref);
  out.set_banned(!barring.bars.empty());
  if (!out.banned()) return out;
  for (const Bar bar : barring.bars) out.add_bars(static_cast<policy::v1::BanBar>(bar));
  if (barring.until) *out.mutable_until_date() = convert::ToProto(*barring.until);
  out.set_for_life(!barring.until);
  *out.mutable_legal_basis() = convert::ToProto(barring.basis);
  return out;
}

v1::BanImposed ToImposed(const Ban& ban) {
  v1::BanImposed out;
  out.set_ban(ban.name());
  out.set_region(ban.region);
  for (const codes::KeyedHash& hash : ban.hashes) {
    registry::v1::KeyedHash* one = out.add_hashes();
    one->set_key_id(hash.key_id);
    one->set_hash(hash.hash);
  }
  for (const Bar bar : ban.bars) out.add_bars(static_cast<policy::v1::BanBar>(bar));
  *out.mutable_from_date() = convert::ToProto(ban.from);
  if (ban.until) *out.mutable_until_date() = convert::ToProto(*ban.until);
  *out.mutable_legal_basis() = convert::ToProto(ban.basis);
  *out.mutable_impose_time() = convert::ToProto(ban.events.back().time);
  return out;
}

v1::BanEnded ToEnded(const Ban& ban, BanState how, absl::Time time) {
  v1::BanEnded out;
  out.set_ban(ban.name());
  out.set_how(static_cast<v1::BanState>(how));
  *out.mutable_end_time() = convert::ToProto(time);
  return out;
}

}  // namespace shian::sanction::convert
