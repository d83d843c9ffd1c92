#include "services/credit/archive/subject.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/credit/archive/limits.h"

namespace shian::credit {
namespace {

constexpr char kLicenceCategory[] = "licence_category";
constexpr char kFoodClass[] = "food_class";
constexpr char kCanteen[] = "CANTEEN";
constexpr size_t kScCategoryAt = 3;  // SC, 1 for food, then two digits of the category

void AddLicence(const std::string& number, Subject* subject) {
  if (absl::StartsWith(number, "SC1") && number.size() >= kScCategoryAt + 2) {
    subject->attributes[kLicenceCategory].push_back(number.substr(kScCategoryAt, 2));
  }
  if (absl::StartsWith(number, "JY3")) subject->attributes[kFoodClass].push_back(kCanteen);
}

void SortUnique(std::vector<std::string>* values) {
  std::sort(values->begin(), values->end());
  values->erase(std::unique(values->begin(), values->end()), values->end());
}

}  // namespace

Subject ToSubject(const Described& described) {
  Subject subject;
  subject.kind = described.kind;
  subject.person = described.person;
  for (const Date from : described.licensed_from) {
    if (!subject.licensed_from || from < *subject.licensed_from) subject.licensed_from = from;
  }
  for (const std::string& number : described.licence_numbers) AddLicence(number, &subject);
  for (const std::string& category : described.food_categories) {
    subject.attributes[kLicenceCategory].push_back(category);
  }
  if (described.floor_area_m2) {
    subject.attributes["floor_area_m2"] = {absl::StrCat(*described.floor_area_m2)};
  }
  if (described.diners) subject.attributes["diners"] = {absl::StrCat(*described.diners)};
  for (const auto& [key, value] : described.attributes) {
    if (subject.attributes.size() < limits::kAttributesMax)
      subject.attributes[key].push_back(value);
  }
  for (auto& [key, values] : subject.attributes) SortUnique(&values);
  return subject;
}

}  // namespace shian::credit
