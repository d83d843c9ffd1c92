// Who is supervised (监管对象), as plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/id.h"
#include "libs/base/time.h"
#include "libs/codes/identity.h"

namespace shian::registry {

using OperatorId = Id<struct OperatorTag>;

// The numbers are stored and are those of the API.
enum class Kind {
  kUnknown = 0,
  kFoodProducer = 1,
  kFoodSeller = 2,
  kCaterer = 3,
  kDrugMaker = 4,
  kDrugSeller = 5,
  kDrugUser = 6,
  kDeviceMaker = 7,
  kDeviceSeller = 8,
  kCosmeticMaker = 9,
  kCosmeticSeller = 10,
  kFarm = 11,
  kSmallWorkshop = 12,
  kOnlinePlatform = 13,
  kColdStore = 14,
};

enum class Form {
  kUnknown = 0,
  kEnterprise = 1,
  kSoleTrader = 2,
  kCooperative = 3,
  kInstitution = 4,
  kSocial = 5,
  kPerson = 6,
  kOther = 7,
};

enum class Status {
  kUnknown = 0,
  kTrading = 1,
  kResting = 2,
  kClosed = 3,
  kRevoked = 4,
  kErased = 5
};

enum class Post {
  kUnknown = 0,
  kPrincipal = 1,
  kSafetyDirector = 2,
  kSafetyOfficer = 3,
  kPharmacist = 4,
  kManager = 5,
};

// 个体工商户 and 自然人: name, code and address are personal information and erasable.
bool IsPerson(Form form);
// Whether the operator's id is its code: legal persons only, because an id stands in logs for ever.
bool IsNamedByCode(Form form);

// "FOOD_PRODUCER" or "食品生产"; kUnknown for any other text.
Kind KindFromText(absl::string_view text);
Form FormFromText(absl::string_view text);
Status StatusFromText(absl::string_view text);
// "FOOD_PRODUCER"
absl::string_view KindWord(Kind kind);

struct Site {
  int number = 1;
  std::string address;
  std::string region;
  std::string town;
  std::optional<int32_t> longitude_microdegrees;
  std::optional<int32_t> latitude_microdegrees;
  std::string gln;
  friend bool operator==(const Site&, const Site&) = default;
};

struct Licence {
  std::string number;
  std::string scope;
  std::optional<Date> from;
  std::optional<Date> to;
  friend bool operator==(const Licence&, const Licence&) = default;
};

// Of an identity number; the number itself is never kept.
using codes::KeyedHash;

struct PostHolder {
  Post post = Post::kUnknown;
  std::string name;
  std::optional<KeyedHash> identity;
  friend bool operator==(const PostHolder&, const PostHolder&) = default;
};

struct Attribute {
  std::string key;
  std::string value;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

// What names or locates someone; for a person all of it is erasable.
struct Payload {
  std::string title;
  std::string code;
  std::vector<Site> sites;
  std::vector<Licence> licences;
  std::vector<PostHolder> posts;
  friend bool operator==(const Payload&, const Payload&) = default;
};

// What supervision needs and what names nobody.
struct Core {
  std::string region;
  Kind kind = Kind::kUnknown;
  Form form = Form::kUnknown;
  Status status = Status::kUnknown;
  std::string office;
  std::vector<std::string> food_categories;
  std::optional<int64_t> floor_area_m2;
  std::optional<int64_t> diners;
  std::vector<Attribute> attributes;
  friend bool operator==(const Core&, const Core&) = default;
};

// Everything that an import says of an operator.
struct Profile {
  Core core;
  Payload payload;
  friend bool operator==(const Profile&, const Profile&) = default;
};

// SHA-256 over all of it: two imports of the same content are recognised by it.
std::string ContentDigest(const Profile& profile);

struct Provenance {
  std::string origin;
  std::string source_id;
  std::string authority;
  std::string document_sha256;
  absl::Time recorded;
};

struct Restriction {
  std::string listing;  // or measure
  Date from;
  std::optional<Date> to;
  std::string cause;
  absl::Time recorded;                     // when this registry learnt of it
  std::optional<absl::Time> end_recorded;  // and of its end
  int effect = 0;                          // of a measure, as the API numbers it; 0: a listing
};

struct ErasureOrder {
  std::string document_number;
  std::string authority;
  std::string document_sha256;
  Date order_date;
  std::string statute;
  std::string article;
};

struct Operator {
  OperatorId id;
  int64_t version = 1;
  Provenance provenance;
  Core core;
  Payload payload;
  absl::Time created;
  std::vector<Restriction> restrictions;
  std::optional<ErasureOrder> erasure;
};

// "operators/{id}" and back; empty when `name` is no operator's name.
std::string OperatorName(const OperatorId& id);
std::optional<OperatorId> OperatorIdOf(absl::string_view name);

}  // namespace shian::registry
