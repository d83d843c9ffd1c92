// Bans on people on the wire: proposed by one officer, imposed by another, told to registries,
// checked by other departments, ended by time or with what they rest on.
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/blob/blob.h"
#include "services/sanction/ban/reactions.h"
#include "services/sanction/ban/store.h"
#include "services/sanction/party/store.h"
#include "services/sanction/testing_world.h"
#include "shian/sanction/v1/ban_changes.pb.h"
#include "shian/sanction/v1/ban_service.grpc.pb.h"

namespace shian::sanction {
namespace {

using testing::AnnulmentOf;
using testing::Cases;
using testing::FileCase;
using testing::kAllowed;
using testing::kOperator;
using testing::Morning;
using testing::NoticeOf;
using testing::PenaltyOf;
using testing::ReasonOf;
using testing::World;

using Bans = v1::BanService::Stub;

constexpr char kNumber[] = "410902188012310010";
constexpr char kOther[] = "410902188002030015";

codes::IdentityHasher Hasher() { return *codes::IdentityHasher::Create(std::string(64, 'k')); }

template <class In, class Out>
grpc::Status ReadAs(World& world,
                    grpc::Status (Bans::*method)(grpc::ClientContext*, const In&, Out*),
                    const In& in, Out* out) {
  Bans stub(world.ChannelAs("ctl"));
  const auto officer = rpc::testing::OfficerNamed("p1", {"handler"});
  const auto context = rpc::testing::Context(rpc::testing::TokenFor(officer));
  return (stub.*method)(context.get(), in, out);
}

// A case whose penalty revokes the licence; decided on 17 March 2025.
std::string Revoked(World& world, bool served) {
  const std::string name = FileCase(world, "华市监立〔2025〕1号");
  v1::RecordLegalReviewRequest review;
  review.set_name(name);
  review.set_text("同意");
  v1::RecordLegalReviewResponse reviewed;
  REQUIRE(ReasonOf(world.Act("p2", {"legal-reviewer"}, &Cases::RecordLegalReview, review,
                             &reviewed)) == kAllowed);
  v1::ServeNoticeRequest notice = NoticeOf(name);
  notice.mutable_notice()->add_proposed_kinds(v1::PENALTY_KIND_LICENCE_REVOCATION);
  v1::ServeNoticeResponse noticed;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::ServeNotice, notice, &noticed)) ==
          kAllowed);
  world.AdvanceTo(Morning(2025, 3, 17));
  v1::RecordCollectiveDiscussionRequest discuss;
  discuss.set_name(name);
  discuss.set_text("一致同意");
  v1::RecordCollectiveDiscussionResponse discussed;
  REQUIRE(ReasonOf(world.Act("h2", {"deputy-head"}, &Cases::RecordCollectiveDiscussion, discuss,
                             &discussed)) == kAllowed);
  v1::AnswerFindingRequest answer;
  answer.set_name(name);
  answer.mutable_answer()->set_key("ban.five_years");
  answer.mutable_answer()->set_accepted(true);
  answer.set_text("情况属实");
  v1::AnswerFindingResponse answered;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::AnswerFinding, answer, &answered)) ==
          kAllowed);
  v1::DecidePenaltyRequest penalty = PenaltyOf(name);
  penalty.mutable_penalty()->add_kinds(v1::PENALTY_KIND_LICENCE_REVOCATION);
  v1::DecidePenaltyResponse decided;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Cases::DecidePenalty, penalty, &decided)) ==
          kAllowed);
  if (!served) return name;
  v1::ServeDecisionRequest serve;
  serve.set_name(name);
  serve.set_service_method("直接送达");
  v1::ServeDecisionResponse out;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::ServeDecision, serve, &out)) == kAllowed);
  return name;
}

v1::ProposeBanRequest ProposalOf(const std::string& name) {
  v1::ProposeBanRequest in;
  in.set_case_(name);
  in.set_ground("revocation");
  in.set_role(policy::v1::BAN_ROLE_LEGAL_REPRESENTATIVE);
  in.set_person_name("张三丰");
  in.mutable_person()->set_identity_number(kNumber);
  in.set_text("时任法定代表人，明知而为");
  return in;
}

v1::Ban Propose(World& world, const v1::ProposeBanRequest& in) {
  v1::ProposeBanResponse out;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Bans::ProposeBan, in, &out)) == kAllowed);
  return out.ban();
}

std::string Impose(World& world, const std::string& name, const std::string& person,
                   std::vector<std::string> posts = {"head"}) {
  v1::ImposeBanRequest in;
  in.set_name(name);
  v1::ImposeBanResponse out;
  return ReasonOf(world.Act(person, std::move(posts), &Bans::ImposeBan, in, &out));
}

v1::BanCheck Check(World& world, const v1::PersonKey& person, const char* system = "ctl") {
  v1::CheckBanRequest in;
  in.set_purpose(v1::PURPOSE_LICENSING);
  in.add_people()->set_client_ref("1");
  *in.mutable_people(0)->mutable_person() = person;
  v1::CheckBanResponse out;
  REQUIRE(ReasonOf(world.Read(&Bans::CheckBan, in, &out, system)) == kAllowed);
  return out.checks(0);
}

v1::PersonKey ByNumber(const char* number) {
  v1::PersonKey person;
  person.set_identity_number(number);
  return person;
}

v1::BanState StateAt(World& world, const std::string& name, absl::Time as_of,
                     absl::Time known_at = absl::InfiniteFuture()) {
  v1::GetBanRequest in;
  in.set_name(name);
  *in.mutable_as_of() = rpc::ToProto(as_of);
  if (known_at != absl::InfiniteFuture()) *in.mutable_known_at() = rpc::ToProto(known_at);
  v1::GetBanResponse out;
  const grpc::Status status = ReadAs(world, &Bans::GetBan, in, &out);
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return v1::BAN_STATE_UNSPECIFIED;
  REQUIRE(ReasonOf(status) == kAllowed);
  return out.ban().state();
}

TEST_CASE("a revocation bars its people for five years, by two officers, and they are told") {
  World world;
  const std::string name = Revoked(world, true);
  const v1::Ban proposed = Propose(world, ProposalOf(name));
  REQUIRE(proposed.state() == v1::BAN_STATE_PROPOSED);
  REQUIRE(proposed.masked_person_name() == "张**");
  REQUIRE(proposed.legal_basis().article() == "第一百三十五条第一款");
  REQUIRE(proposed.until_date().year() == 2030);
  REQUIRE_FALSE(Check(world, ByNumber(kNumber)).banned());
  REQUIRE(world.Facts("shian.sanction.ban.").empty());

  REQUIRE(Impose(world, proposed.name(), "p1") == "STEPS_KEPT_APART");
  REQUIRE(Impose(world, proposed.name(), "h1", {"handler"}) == "STEP_NOT_ALLOWED");
  REQUIRE(Impose(world, proposed.name(), "h1") == kAllowed);
  REQUIRE(Impose(world, proposed.name(), "h1") == "BAN_NOT_PROPOSED");
  v1::ProposeBanResponse twice;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Bans::ProposeBan, ProposalOf(name), &twice)) ==
          "BAN_EXISTS");

  const v1::BanCheck check = Check(world, ByNumber(kNumber), "education-bureau");
  REQUIRE(check.banned());
  REQUIRE(check.bars_size() == 3);
  REQUIRE(check.until_date().year() == 2030);
  REQUIRE_FALSE(Check(world, ByNumber(kOther)).banned());
  v1::PersonKey hash;
  const codes::KeyedHash known = Hasher().OfIdentityNumber(kNumber);
  hash.mutable_hash()->set_key_id(known.key_id);
  hash.mutable_hash()->set_hash(known.hash);
  REQUIRE(Check(world, hash).banned());

  const auto facts = world.Facts("shian.sanction.ban.imposed");
  REQUIRE(facts.size() == 1);
  v1::BanImposed told;
  REQUIRE(told.ParseFromString(facts[0].change.payload));
  REQUIRE(told.hashes(0).hash() == known.hash);
  // Neither the operator nor the person stands in the leaf.
  REQUIRE(facts[0].change.subject.starts_with("bans/"));

  world.AdvanceTo(Morning(2030, 3, 17));
  REQUIRE(Check(world, ByNumber(kNumber)).banned());
  world.AdvanceTo(Morning(2030, 3, 18));
  REQUIRE_FALSE(Check(world, ByNumber(kNumber)).banned());
  world.AdvanceTo(Morning(2030, 3, 19));
  REQUIRE(world.Facts("shian.sanction.ban.ended").size() == 1);
  REQUIRE(StateAt(world, proposed.name(), Morning(2026, 1, 1)) == v1::BAN_STATE_IN_FORCE);
  REQUIRE(StateAt(world, proposed.name(), Morning(2030, 3, 19)) == v1::BAN_STATE_ENDED);
  REQUIRE(StateAt(world, proposed.name(), Morning(2026, 1, 1), Morning(2025, 3, 1)) ==
          v1::BAN_STATE_UNSPECIFIED);
}

TEST_CASE("an unserved penalty bars nobody, and one that is set aside never did") {
  World world;
  const std::string name = Revoked(world, false);
  v1::ProposeBanResponse refused;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Bans::ProposeBan, ProposalOf(name), &refused)) ==
          "DECISION_NOT_SERVED");
  v1::ServeDecisionRequest serve;
  serve.set_name(name);
  serve.set_service_method("直接送达");
  v1::ServeDecisionResponse served;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Cases::ServeDecision, serve, &served)) ==
          kAllowed);
  v1::ProposeBanRequest firm = ProposalOf(name);
  firm.set_role(policy::v1::BAN_ROLE_OPERATOR);
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Bans::ProposeBan, firm, &refused)) ==
          "BAN_ROLE_NOT_ALLOWED");
  const v1::Ban ban = Propose(world, ProposalOf(name));
  REQUIRE(Impose(world, ban.name(), "h1") == kAllowed);
  v1::AnnulBanRequest annul;
  annul.set_name(ban.name());
  annul.set_text("撤销");
  v1::AnnulBanResponse annulled;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Bans::AnnulBan, annul, &annulled)) ==
          "BAN_FOLLOWS_PENALTY");
  v1::ProposeBanRequest second = ProposalOf(name);
  second.mutable_person()->set_identity_number(kOther);
  second.set_role(policy::v1::BAN_ROLE_SUPERVISOR);
  const v1::Ban waiting = Propose(world, second);

  world.AdvanceTo(Morning(2025, 4, 1));
  v1::AnnulPenaltyResponse set_aside;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Cases::AnnulPenalty, AnnulmentOf(name),
                             &set_aside)) == kAllowed);
  REQUIRE_FALSE(Check(world, ByNumber(kNumber)).banned());
  REQUIRE(StateAt(world, ban.name(), Morning(2025, 3, 20)) == v1::BAN_STATE_ANNULLED);
  REQUIRE(StateAt(world, ban.name(), Morning(2025, 3, 20), Morning(2025, 3, 31)) ==
          v1::BAN_STATE_IN_FORCE);
  REQUIRE(StateAt(world, waiting.name(), Morning(2025, 4, 1)) == v1::BAN_STATE_ANNULLED);
  REQUIRE(Impose(world, waiting.name(), "h1") == "BAN_NOT_PROPOSED");
  // The proposal was never told, so its end is not either.
  const auto ended = world.Facts("shian.sanction.ban.ended");
  REQUIRE(ended.size() == 1);
  v1::BanEnded told;
  REQUIRE(told.ParseFromString(ended[0].change.payload));
  REQUIRE(told.how() == v1::BAN_STATE_ANNULLED);
  REQUIRE(told.ban() == ban.name());
}

TEST_CASE("a judgment bars for life, from posts and not from a licence, until it is set aside") {
  World world;
  v1::ProposeBanRequest in;
  in.set_operator_(kOperator);
  in.set_region("410902");
  in.set_ground("judgment");
  in.set_role(policy::v1::BAN_ROLE_RESPONSIBLE);
  in.set_person_name("李四光");
  in.mutable_person()->set_identity_number(kNumber);
  in.set_text("生产有毒有害食品罪，有期徒刑三年");
  in.mutable_judgment()->set_number("（2025）豫0902刑初12号");
  in.mutable_judgment()->set_court("澄沅县人民法院");
  in.mutable_judgment()->mutable_effective_date()->set_year(2024);
  in.mutable_judgment()->mutable_effective_date()->set_month(12);
  in.mutable_judgment()->mutable_effective_date()->set_day(2);
  v1::ProposeBanResponse refused;
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Bans::ProposeBan, in, &refused)) ==
          "FIELD_INVALID");
  const std::string sha256(64, 'a');
  in.add_documents()->set_sha256(sha256);
  REQUIRE(ReasonOf(world.Act("p1", {"handler"}, &Bans::ProposeBan, in, &refused)) ==
          "DOCUMENT_MISSING");
  const auto kept = world.edge().blobs().Put("判决书");
  REQUIRE(kept.ok());
  in.mutable_documents(0)->set_sha256(kept->sha256);
  const v1::Ban ban = Propose(world, in);
  REQUIRE_FALSE(ban.has_until_date());
  REQUIRE(Impose(world, ban.name(), "h1") == kAllowed);
  world.AdvanceTo(Morning(2060, 1, 1));
  const v1::BanCheck check = Check(world, ByNumber(kNumber));
  REQUIRE(check.for_life());
  REQUIRE(check.bars_size() == 2);
  REQUIRE(check.legal_basis().article() == "第一百三十五条第二款");
  v1::AnnulBanRequest annul;
  annul.set_name(ban.name());
  annul.set_text("再审改判无罪");
  v1::AnnulBanResponse annulled;
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Bans::AnnulBan, annul, &annulled)) == kAllowed);
  REQUIRE(annulled.ban().state() == v1::BAN_STATE_ANNULLED);
  REQUIRE_FALSE(Check(world, ByNumber(kNumber)).banned());
  REQUIRE(ReasonOf(world.Act("h1", {"head"}, &Bans::AnnulBan, annul, &annulled)) == "BAN_ENDED");
}

TEST_CASE(
    "what is no person is named without its number, and no answer is given on a foreign key") {
  World world;
  v1::CheckBanRequest in;
  in.set_purpose(v1::PURPOSE_LICENSING);
  in.add_people()->set_client_ref("1");
  in.mutable_people(0)->mutable_person()->set_identity_number("410902188012310011");
  v1::CheckBanResponse out;
  grpc::Status status = world.Read(&Bans::CheckBan, in, &out);
  REQUIRE(ReasonOf(status) == "FIELD_INVALID");
  REQUIRE(status.error_details().find("410902188012310011") == std::string::npos);
  REQUIRE(status.error_message().find("410902188012310011") == std::string::npos);
  auto* hash = in.mutable_people(0)->mutable_person()->mutable_hash();
  REQUIRE(ReasonOf(world.Read(&Bans::CheckBan, in, &out)) == "FIELD_INVALID");
  in.mutable_people(0)->mutable_person()->clear_identity_number();
  hash->set_key_id("0123456789abcdef");
  hash->set_hash(std::string(32, 'x'));
  REQUIRE(ReasonOf(world.Read(&Bans::CheckBan, in, &out)) == "FIELD_INVALID");
  in.set_purpose(v1::PURPOSE_UNSPECIFIED);
  REQUIRE(ReasonOf(world.Read(&Bans::CheckBan, in, &out)) == "FIELD_INVALID");
}

TEST_CASE("a ban that stands under an old key is found by a hash under the new one") {
  World world;
  const v1::Ban ban = Propose(world, ProposalOf(Revoked(world, true)));
  REQUIRE(Impose(world, ban.name(), "h1") == kAllowed);
  const auto rotated = *codes::IdentityHasher::Create(
      absl::StrCat(std::string(64, 'k'), "\n", std::string(64, 'j')));
  store::Store& store = world.edge().store();
  const auto found = [&](const codes::KeyedHash& hash) {
    size_t bans = 0;
    REQUIRE(store
                .ReadNow([&](store::ReadTx& tx) -> absl::Status {
                  const auto on = BansOn(tx, {hash});
                  if (!on.ok()) return on.status();
                  bans = on->size();
                  return absl::OkStatus();
                })
                .ok());
    return bans;
  };
  const codes::KeyedHash now = rotated.OfIdentityNumber(kNumber);
  REQUIRE(found(now) == 0);
  for (int i = 0; i < 2; ++i) {
    REQUIRE(LiftHashes(store, rotated, world.edge().clock().Now()).ok());
    REQUIRE(found(now) == 1);
    REQUIRE(found(Hasher().OfIdentityNumber(kNumber)) == 1);
  }
}

TEST_CASE("bans are listed page by page, and forgotten names stay bans") {
  World world;
  const std::string name = Revoked(world, true);
  const v1::Ban first = Propose(world, ProposalOf(name));
  v1::ProposeBanRequest in = ProposalOf(name);
  in.mutable_person()->set_identity_number(kOther);
  const v1::Ban second = Propose(world, in);
  REQUIRE(Impose(world, first.name(), "h1") == kAllowed);
  v1::ListBansRequest list;
  list.set_page_size(1);
  std::vector<std::string> names;
  do {
    v1::ListBansResponse out;
    REQUIRE(ReasonOf(ReadAs(world, &Bans::ListBans, list, &out)) == kAllowed);
    for (const v1::Ban& ban : out.bans()) names.push_back(ban.name());
    list.set_page_token(out.next_page_token());
  } while (!list.page_token().empty());
  // Both are proposed in one millisecond of the simulated clock, so their order is not told.
  REQUIRE(names.size() == 2);
  REQUIRE(std::set<std::string>(names.begin(), names.end()) ==
          std::set<std::string>{first.name(), second.name()});

  REQUIRE(world.edge()
              .store()
              .WriteAndWait({.now = world.edge().clock().Now(),
                             .caller = "",
                             .request_id = "",
                             .body_digest = "",
                             .seed = ""},
                            [](store::WriteTx& tx) -> absl::StatusOr<std::string> {
                              const absl::Status erased =
                                  EraseParty(tx, OperatorId("914403001922038216"));
                              if (!erased.ok()) return erased;
                              return std::string();
                            })
              .ok());
  v1::GetBanRequest get;
  get.set_name(first.name());
  v1::GetBanResponse out;
  REQUIRE(ReasonOf(ReadAs(world, &Bans::GetBan, get, &out)) == kAllowed);
  REQUIRE(out.ban().masked_person_name().empty());
  REQUIRE(out.ban().events(0).text().empty());
  REQUIRE(Check(world, ByNumber(kNumber)).banned());
}

}  // namespace
}  // namespace shian::sanction
