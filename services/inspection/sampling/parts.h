// The parts a sample's acts are made of. Numbers of the enums are those of the API, so that rows
// and messages agree; convert checks that a number means something before it gets here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"

namespace shian::inspection::sampling {

enum class Kind {
  kNone,
  kSupervision,
  kMonitoring,
  kEvaluation,
  kRapid,
  kAgricultural,
  kDrug,
  kSpecial
};
enum class Level { kNone, kNational, kProvince, kCity, kCounty, kTownship };
enum class Outcome { kNone, kPassed, kFailed, kOverturned };
enum class Carrier { kNone, kSampler, kPost, kOperator };
enum class FailureReason {
  kNone,
  kPesticide,
  kMicrobe,
  kAdditive,
  kOrganic,
  kVetdrug,
  kHeavymetal,
  kQuality,
  kMycotoxin,
  kNonfood,
  kBanned,
  kLabel,
  kForeign,
  kOther
};
enum class Hazard { kNone, kSevere, kGeneral, kLabel };
enum class Role { kNone, kSampledUnit, kProducer, kSupplier };
enum class Reject { kNone, kMicrobeItem, kBackupExpired, kLate, kBackupUnusable, kOther };
enum class ObjectionKind { kNone, kProcess, kAuthenticity, kMethod, kStandard };

// Keys as policy files write them: "SUPERVISION", "VETDRUG", "MICROBE_ITEM".
std::string KeyOf(Kind kind);
std::string KeyOf(FailureReason reason);
std::string KeyOf(Reject reject);

struct Basis {
  std::string statute;
  std::string article;
  errors::Basis ToErrors() const { return {statute, article}; }
  template <class A>
  void Fields(A& a) {
    a(statute)(article);
  }
};

struct Document {
  std::string sha256;
  std::string title;
  std::string media_type;
  int64_t size_bytes = 0;
  template <class A>
  void Fields(A& a) {
    a(sha256)(title)(media_type)(size_bytes);
  }
};

// A labelled producer that is registered and a person is named by its id alone: its name and
// address live in the registry, where they can be erased.
struct Product {
  std::string product_name;
  std::string specification;
  std::string brand;
  std::string batch;
  std::optional<Date> production_date;
  std::optional<Date> shelf_life_end;
  std::string lot;
  std::string quantity;
  std::string producer;
  std::string producer_name;
  std::string producer_address;
  std::string supplier;
  template <class A>
  void Fields(A& a) {
    a(product_name)(specification)(brand)(batch)(production_date)(shelf_life_end)(lot)(quantity);
    a(producer)(producer_name)(producer_address)(supplier);
  }
};

struct TestItem {
  std::string item;
  std::string value;
  std::string limit;
  std::string unit;
  std::string standard;
  bool failed = false;
  FailureReason reason = FailureReason::kNone;
  template <class A>
  void Fields(A& a) {
    a(item)(value)(limit)(unit)(standard)(failed)(reason);
  }
};

struct LabReport {
  std::string number;
  absl::Time conclusion_time;
  bool passed = false;
  std::vector<TestItem> items;
  Document document;
  Hazard hazard = Hazard::kNone;
  std::string laboratory;
  template <class A>
  void Fields(A& a) {
    a(number)(conclusion_time)(passed)(items)(document)(hazard)(laboratory);
  }
};

struct DueDiligence {
  bool incoming_check = false;
  bool did_not_know = false;
  bool source_stated = false;
  std::vector<Document> evidence;
  Basis basis;
  // 食品安全法 on the seller's duty: all three, or no exemption.
  bool exempt() const { return incoming_check && did_not_know && source_stated; }
  template <class A>
  void Fields(A& a) {
    a(incoming_check)(did_not_know)(source_stated)(evidence)(basis);
  }
};

}  // namespace shian::inspection::sampling
