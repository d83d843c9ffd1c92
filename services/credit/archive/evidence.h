// The credit archive (信用档案) of one operator: what is known, since when, and what became of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/id.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"

namespace shian::credit {

using OperatorId = Id<struct OperatorTag>;

// "operators/{id}" and back.
std::string OperatorName(const OperatorId& id);
std::optional<OperatorId> OperatorIdOf(absl::string_view name);

// The numbers are stored and are those of the API.
enum class EvidenceKind {
  kUnknown = 0,
  kCheck = 1,
  kSamplePending = 2,
  kSampleFailed = 3,
  kPenalty = 4,
  kListing = 5,
  kRecallBreach = 6,
  kObstruction = 7,
  kAccident = 8,
  kCertificate = 9,
  kAward = 10,
  kRecall = 11,
  kAdverseImpact = 12,
  kPromiseBroken = 13,
  // A clue of a machine: in no view, and no rule has a word for it.
  kTraceAlert = 14,
};

// The level of the authority behind a piece of evidence, as policies count it.
enum class Level {
  kUnknown = 0,
  kNational = 1,
  kProvince = 2,
  kCity = 3,
  kCounty = 4,
  kTownship = 5
};

// What an inspection found. Who inspected is no part of it: severity of inspectors must not weigh
// in anyone's credit, so there is nowhere to put it.
struct Findings {
  int32_t key_items = 0;
  int32_t key_failed = 0;
  int32_t general_items = 0;
  int32_t general_failed = 0;
  int32_t slight_failed = 0;
  bool nonconforming = false;
  std::string check_kind;  // "ROUTINE"
  friend bool operator==(const Findings&, const Findings&) = default;
};

// That the cause of a piece of evidence ended, or that it was set aside.
struct Closing {
  absl::Time time;      // when it became true
  absl::Time recorded;  // when we knew it
  int64_t version = 0;  // the archive's version that it made
  std::string cause;    // id of the change
};

struct Evidence {
  int64_t number = 0;  // the archive's version that it made
  EvidenceKind kind = EvidenceKind::kUnknown;
  std::string source;  // "samples/…"
  std::string cause;   // id of the change that brought it
  absl::Time time;
  absl::Time recorded;
  std::string summary;
  errors::Basis basis;
  Level level = Level::kUnknown;
  std::vector<std::string> tags;
  Findings findings;
  int64_t fine_fen = 0;
  std::optional<Date> until;
  std::string origin;
  bool attested = false;
  std::optional<Closing> ended;
  std::optional<Closing> annulled;
};

bool HasTag(const Evidence& evidence, absl::string_view tag);
// The tag of a heavier penalty (较重行政处罚), beside those of its kinds, such as "FINE".
inline constexpr char kTagHeavierPenalty[] = "HEAVIER_PENALTY";
// The list type whose entries are a blacklisting; entries of other lists are shown only.
inline constexpr char kTagSeriousList[] = "SAMR_SERIOUS";

// The operator as the registry describes it, without anything that names it.
struct Subject {
  std::string kind;  // "CATERER"
  bool person = false;
  std::optional<Date> licensed_from;
  // What static points go by: "licence_category" -> {"0401", "0402"}.
  std::map<std::string, std::vector<std::string>> attributes;
  friend bool operator==(const Subject&, const Subject&) = default;
};

struct SubjectVersion {
  int64_t version = 0;
  absl::Time recorded;
  Subject subject;
};

// Everything about one operator.
struct Archive {
  OperatorId id;
  int64_t version = 0;
  std::string region;
  std::string kind;
  bool erased = false;
  std::vector<SubjectVersion> subjects;  // rising
  std::vector<Evidence> evidence;        // by number
};

// What was true at `as_of` as the archive knew it at a version: annulled evidence is gone, an end
// that was not known yet is not there. Nor is an alert: what a grade rests on cannot hold a clue.
struct View {
  int64_t version = 0;
  absl::Time as_of;
  std::optional<Subject> subject;
  std::vector<Evidence> evidence;
};
View ViewAt(const Archive& archive, int64_t version, absl::Time as_of);

// The version that had been reached at `known_at`.
int64_t VersionKnownAt(const Archive& archive, absl::Time known_at);

// Whether the cause of `evidence` (a listing, a certificate) lasts at `time`.
bool LastsAt(const Evidence& evidence, absl::Time time);

// Whether `evidence` still weighs at `time`: a penalty whose publicity ended, by its repair or with
// its period, is used no more (停止公示、共享和使用).
bool IsUsedAt(const Evidence& evidence, absl::Time time);

// SHA-256 over all that a view shows, so that a replay can prove it saw the same.
std::string ViewDigest(const View& view);

}  // namespace shian::credit
