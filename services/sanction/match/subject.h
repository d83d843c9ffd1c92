// Whom somebody asks for, and what of them and of a listed party counts when the two are compared.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "libs/names/compare.h"

namespace shian::sanction {

struct Subject {
  std::string code;  // 统一社会信用代码
  std::string name;
  std::string organisation;  // 组织机构代码, where only that is known: a part of the code
};

// The organisation code within a unified social credit code; empty when it is none.
absl::string_view OrganisationOf(absl::string_view code);
// What of the subject's code it shares with every code that may be the same.
absl::string_view CodePartOf(const Subject& subject);
names::Comparison CompareCodes(const Subject& subject, absl::string_view listed);

// The nearest of a party's names, former ones first, and how near that is. A name that was given up
// may be another firm's by now, so a former one is REVIEW at most.
struct NearestName {
  names::Verdict verdict;
  size_t number = 0;
};
NearestName NearestOf(const names::NameView& asked, size_t count,
                      absl::FunctionRef<names::NameView(size_t)> name);

// The ways in which somebody may ask for a party of these codes and names.
std::vector<Subject> SubjectsFor(const std::vector<std::string>& codes,
                                 const std::vector<std::string>& names);

// 32 bytes each. Equal for two ways of writing that are taken apart alike.
//
// Which subject a decision is about: the one of this code; without a code, the one of this name.
std::string KeyOf(const Subject& subject);
// What the comparison rested on: it lapses when one of these changes.
std::string MaterialOf(const Subject& subject);
std::string MaterialOf(absl::string_view listed_code, const std::vector<std::string>& names);

}  // namespace shian::sanction
