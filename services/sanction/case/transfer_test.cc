#include "services/sanction/case/transfer.h"

#include <catch2/catch.hpp>

#include "services/sanction/case/testing.h"

namespace shian::sanction {
namespace {

using errors::Reason;
using errors::ReasonOf;
using testing::Story;

constexpr Act kInOrder[] = {Act::kTransferReported, Act::kTransferDecided, Act::kTransferred};

TEST_CASE("a transfer goes step by step, and no penalty is decided meanwhile") {
  Story story;
  story.ToClosedWindow();
  story.Record(Act::kDiscussed);
  for (const Act act : {Act::kTransferDecided, Act::kTransferred, Act::kPoliceAnswered,
                        Act::kPoliceReviewRequested, Act::kGoodsHandedOver}) {
    REQUIRE(ReasonOf(story.Check(act)) == Reason::kTransferStepMissing);
    REQUIRE(errors::BasisOf(story.Check(act)).has_value());
  }
  for (const Act act : kInOrder) REQUIRE(story.Take(act).ok());
  REQUIRE(IsWithPolice(story.get()));
  REQUIRE(StateOf(story.get(), story.now()) == CaseState::kWithPolice);
  REQUIRE(ReasonOf(story.Check(Act::kPenaltyDecided)) == Reason::kCaseWithPolice);
  REQUIRE(story.Take(Act::kPoliceAnswered).ok());
  REQUIRE(story.Take(Act::kGoodsHandedOver).ok());
  REQUIRE(ReasonOf(story.Check(Act::kGoodsHandedOver)) == Reason::kTransferStepMissing);
  REQUIRE(ReasonOf(story.Check(Act::kPenaltyDecided)) == Reason::kCaseWithPolice);
  story.answer() = PoliceAnswer::kReturned;
  REQUIRE(story.Take(Act::kPoliceAnswered).ok());
  REQUIRE_FALSE(IsWithPolice(story.get()));
  REQUIRE(story.Check(Act::kPenaltyDecided).ok());
}

TEST_CASE("a transfer that is reported or approved waits to be carried out or refused") {
  Story story;
  story.ToClosedWindow();
  story.Record(Act::kDiscussed);
  REQUIRE(story.Take(Act::kTransferReported).ok());
  REQUIRE(IsTransferPending(story.get()));
  REQUIRE(ReasonOf(story.Check(Act::kPenaltyDecided)) == Reason::kTransferPending);
  REQUIRE(errors::BasisOf(story.Check(Act::kPenaltyDecided)).has_value());
  story.outcome() = CaseOutcome::kDismissed;
  REQUIRE(ReasonOf(story.Check(Act::kClosed)) == Reason::kCaseNotFinished);
  SECTION("approved") {
    REQUIRE(story.Take(Act::kTransferDecided).ok());
    REQUIRE(ReasonOf(story.Check(Act::kPenaltyDecided)) == Reason::kTransferPending);
    REQUIRE(ReasonOf(story.Check(Act::kClosed)) == Reason::kCaseNotFinished);
  }
  SECTION("refused") {
    story.approved() = false;
    REQUIRE(story.Take(Act::kTransferDecided).ok());
    REQUIRE_FALSE(IsTransferPending(story.get()));
    REQUIRE(story.Check(Act::kPenaltyDecided).ok());
    REQUIRE(story.Check(Act::kClosed).ok());
  }
}

TEST_CASE("what the head refuses is not transferred, and may be reported anew") {
  Story story;
  story.approved() = false;
  REQUIRE(story.Take(Act::kTransferReported).ok());
  REQUIRE(ReasonOf(story.Check(Act::kTransferReported)) == Reason::kTransferStepMissing);
  REQUIRE(story.Take(Act::kTransferDecided).ok());
  REQUIRE(ReasonOf(story.Check(Act::kTransferred)) == Reason::kTransferStepMissing);
  REQUIRE(story.Take(Act::kTransferReported).ok());
}

TEST_CASE("a refusal of the police gives the case back, and a review takes it there again") {
  Story story;
  for (const Act act : kInOrder) story.Record(act);
  story.answer() = PoliceAnswer::kNotFiled;
  story.PassDays(2);
  REQUIRE(story.Take(Act::kPoliceAnswered).ok());
  REQUIRE_FALSE(IsWithPolice(story.get()));
  REQUIRE(ReasonOf(story.Check(Act::kGoodsHandedOver)) == Reason::kTransferStepMissing);
  story.PassDays(1);
  REQUIRE(story.Take(Act::kPoliceReviewRequested).ok());
  REQUIRE(IsWithPolice(story.get()));
  story.answer() = PoliceAnswer::kFiled;
  story.PassDays(3);
  REQUIRE(story.Take(Act::kPoliceAnswered).ok());
  const auto days = DaysWithPolice(story.get());
  REQUIRE(days.size() == 2);
  REQUIRE(days[0].from == Date(2025, 3, 3));
  REQUIRE(days[0].to == Date(2025, 3, 5));
  REQUIRE(days[1].from == Date(2025, 3, 6));
  REQUIRE(days[1].to == calendar::kRunning);
}

TEST_CASE("a packet is whole when each part is a document of the act and copies went out") {
  Story story;
  story.Record(Act::kTransferReported);
  story.mutable_case()->events.back().detail.transfer->official_involved = true;
  const std::vector<PacketPart> parts = {{"letter", "移送函", {"规定", "第六条"}},
                                         {"goods_list", "涉案物品清单", {"规定", "第六条"}}};
  Event event;
  event.detail.transfer.emplace();
  Transfer& transfer = *event.detail.transfer;
  const auto missing = [&] {
    return CheckPacket(story.get(), event, parts, story.StepOf(Act::kTransferred));
  };
  event.documents = {{"aa", "移送函", "", 1}, {"bb", "清单", "", 1}};
  transfer.packet = {{"letter", "aa"}, {"goods_list", "bb"}};
  transfer.copied_to_procuratorate = transfer.copied_to_supervision = true;
  REQUIRE(missing().ok());
  SECTION("a part that is no document of the act") { transfer.packet["goods_list"] = "cc"; }
  SECTION("one document for two parts") { transfer.packet["goods_list"] = "aa"; }
  SECTION("a part that is not there") { transfer.packet.erase("letter"); }
  SECTION("no copy to the procuratorate") { transfer.copied_to_procuratorate = false; }
  SECTION("an official without a copy to the commission") {
    transfer.copied_to_supervision = false;
  }
  REQUIRE(ReasonOf(missing()) == Reason::kTransferPacketIncomplete);
}

}  // namespace
}  // namespace shian::sanction
