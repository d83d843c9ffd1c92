#include "services/inspection/sampling/acts.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/inspection/frame/archive.h"

namespace shian::inspection::sampling {
namespace {

// In the order of the variant's alternatives.
constexpr std::array<const char*, std::variant_size_v<Act>> kWords = {"planned",
                                                                      "taken",
                                                                      "delivered",
                                                                      "received",
                                                                      "reported",
                                                                      "notified",
                                                                      "diligence_examined",
                                                                      "risk_controlled",
                                                                      "reinspection_requested",
                                                                      "reinspection_decided",
                                                                      "laboratory_drawn",
                                                                      "laboratory_declined",
                                                                      "backup_handed_over",
                                                                      "backup_received",
                                                                      "reinspected",
                                                                      "reinspection_served",
                                                                      "objection_raised",
                                                                      "objection_accepted",
                                                                      "objection_decided",
                                                                      "disposal_started",
                                                                      "disposal_extended",
                                                                      "disposal_finished",
                                                                      "lapsed",
                                                                      "published",
                                                                      "closed",
                                                                      "attested"};

template <size_t I>
absl::StatusOr<Act> DecodeAs(absl::string_view bytes) {
  auto act = DecodePart<std::variant_alternative_t<I, Act>>(bytes, kWords[I]);
  if (!act.ok()) return act.status();
  return Act(*std::move(act));
}

template <size_t... I>
absl::StatusOr<Act> DecodeAny(absl::string_view word, absl::string_view bytes,
                              std::index_sequence<I...>) {
  absl::StatusOr<Act> act = absl::DataLossError(absl::StrCat("an act of unknown kind ", word));
  ((word == kWords[I] ? (act = DecodeAs<I>(bytes), true) : false) || ...);
  return act;
}

template <class Enum, size_t N>
std::string Word(const std::array<const char*, N>& words, Enum value) {
  const auto index = static_cast<size_t>(value);
  return index < N ? words[index] : "";
}

// One overload per act that holds free text.
struct TextEraser {
  void operator()(Taken& act) const { EraseProducer(act.product); }
  void operator()(Attested& act) const { EraseProducer(act.product); }
  void operator()(RiskControlled& act) const { act.report.clear(); }
  void operator()(ReinspectionRequested& act) const { act.reason.clear(); }
  void operator()(ObjectionRaised& act) const { act.grounds.clear(); }
  void operator()(ObjectionAccepted& act) const { act.reasons.clear(); }
  void operator()(ObjectionDecided& act) const { act.reasons.clear(); }
  void operator()(DisposalExtended& act) const { act.reason.clear(); }
  void operator()(DisposalFinished& act) const {
    act.cause.clear();
    act.summary.clear();
  }
  template <class Other>
  void operator()(Other&) const {}

 private:
  static void EraseProducer(Product& product) {
    product.producer_name.clear();
    product.producer_address.clear();
  }
};

}  // namespace

void EraseTexts(Act& act) { std::visit(TextEraser(), act); }

std::string KeyOf(Kind kind) {
  static constexpr std::array<const char*, 8> kKeys = {
      "", "SUPERVISION", "MONITORING", "EVALUATION", "RAPID", "AGRICULTURAL", "DRUG", "SPECIAL"};
  return Word(kKeys, kind);
}

std::string KeyOf(FailureReason reason) {
  static constexpr std::array<const char*, 14> kKeys = {
      "",        "PESTICIDE", "MICROBE", "ADDITIVE", "ORGANIC", "VETDRUG", "HEAVYMETAL",
      "QUALITY", "MYCOTOXIN", "NONFOOD", "BANNED",   "LABEL",   "FOREIGN", "OTHER"};
  return Word(kKeys, reason);
}

std::string KeyOf(Reject reject) {
  static constexpr std::array<const char*, 6> kKeys = {"",     "MICROBE_ITEM",    "BACKUP_EXPIRED",
                                                       "LATE", "BACKUP_UNUSABLE", "OTHER"};
  return Word(kKeys, reject);
}

std::string WordOf(const Act& act) { return kWords[act.index()]; }

std::string Encode(const Act& act) {
  return std::visit([](const auto& one) { return EncodePart(one); }, act);
}

absl::StatusOr<Act> Decode(absl::string_view word, absl::string_view bytes) {
  return DecodeAny(word, bytes, std::make_index_sequence<std::variant_size_v<Act>>());
}

}  // namespace shian::inspection::sampling
