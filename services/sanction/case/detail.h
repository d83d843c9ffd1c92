// What the acts of a case state beyond their text. The numbers of enums are stored and never
// change; they are those of the API.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/base/time.h"

namespace shian::sanction {

enum class Procedure { kGeneral = 1, kSimple = 2 };

struct Filing {
  Procedure procedure = Procedure::kGeneral;
  std::optional<Date> violation_end;  // 违法行为终了之日
  bool harm = false;           // 涉及公民生命健康安全、金融安全且有危害后果
  std::string time_bar_clock;  // of the deadline table that was in force
  std::string time_bar_revision;
};

struct CaseOfficer {
  std::string person;
  std::string card;
};

enum class EvidenceKind {
  kDocumentary = 1,
  kPhysical = 2,
  kAudiovisual = 3,
  kElectronic = 4,
  kTestimony = 5,
  kPartyStatement = 6,
  kExpertOpinion = 7,
  kSceneRecord = 8,
};

struct Evidence {
  EvidenceKind kind = EvidenceKind::kDocumentary;
  std::vector<CaseOfficer> officers;
  absl::Time gathered;
  std::string place;
  std::string proves;
};

enum class CustodyOutcome {
  kReturned = 1,
  kSentForTest = 2,
  kSeized = 3,
  kConfiscated = 4,
  kHandedOver = 5,
};

// Things that are kept or seized; of a later act `taken` names the one that took them.
struct Custody {
  std::string items;
  std::string place;
  int taken = 0;
  std::optional<CustodyOutcome> outcome;
  int extension_days = 0;
};

struct Facts {
  std::string violation;
  int64_t goods_fen = 0;
  int months = 0;
  int deaths = 0;
  int ill = 0;
  bool false_information = false;
  bool evasion = false;
  bool sentenced = false;
};

struct FindingAnswer {
  std::string key;
  bool accepted = false;
};

enum class PoliceAnswer { kFiled = 1, kNotFiled = 2, kReturned = 3 };

// Each act of a transfer fills what is its.
struct Transfer {
  std::vector<CaseOfficer> officers;
  bool official_involved = false;
  bool approved = false;
  std::string authority;
  std::map<std::string, std::string> packet;  // key of the part -> SHA-256
  bool copied_to_procuratorate = false;
  bool copied_to_supervision = false;
  std::optional<PoliceAnswer> answer;
};

struct Supervision {
  std::optional<Date> due;
  bool passed = false;
};

enum class CaseOutcome { kExecuted = 1, kNoPenalty = 2, kDismissed = 3, kTransferred = 4 };

struct FileReview {
  std::map<std::string, int> scores;
  bool mending_required = false;
  int points = 0;
  int points_max = 0;
};

// What moves the end of the period for the decision: days more, or a time that does not count.
struct PeriodStep {
  int days = 0;
  std::string ground;
  int begun = 0;                      // of an end: the act that the time began with
  std::optional<Date> last_day = {};  // of an end, where that was not the day of the act
};

enum class HearingEnd { kWithdrawn = 1, kAbsent = 2 };

struct Hearing {
  absl::Time start;
  std::string place;
  std::string presider;
  bool closed = false;
  std::string service_method;
  std::optional<HearingEnd> end;  // of one that is not held; then nothing else is set
};

struct Detail {
  std::optional<Filing> filing;
  std::optional<Evidence> evidence;
  std::optional<Custody> custody;
  std::optional<Facts> facts;
  std::optional<FindingAnswer> answer;
  std::optional<Transfer> transfer;
  std::optional<Supervision> supervision;
  std::optional<CaseOutcome> outcome;
  std::optional<FileReview> review;
  std::optional<PeriodStep> period;
  std::optional<Hearing> hearing;
};

}  // namespace shian::sanction
