#include "services/sanction/match/subject.h"

#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/big_endian.h"
#include "libs/base/hash.h"
#include "libs/names/name.h"

namespace shian::sanction {
namespace {

using names::Band;
using names::Comparison;

// Nine characters of a unified social credit code are the organisation code of before (GB 32100).
constexpr size_t kCodeCharacters = 18, kOrganisationAt = 8, kOrganisationCharacters = 9;

// With its length before it, so that no two rows of texts read alike.
void AddText(absl::string_view text, std::string* out) {
  AppendBigEndian(out, text.size(), 4);
  out->append(text.data(), text.size());
}

void AddName(const std::string& written, std::string* out) {
  const names::Name name = names::Parse(written);
  AddText(names::RegionOf(name.parts), out);
  AddText(names::Encode(name.brand), out);
  AddText(names::Encode(name.trade), out);
  AddText(names::FormOf(name.parts), out);
  AddText(names::Encode(name.branch), out);
}

// A code never reads as a name: another word stands before it.
std::string CodeMaterial(absl::string_view code) {
  std::string out;
  AddText(code.empty() ? "no code" : "code", &out);
  AddText(code, &out);
  return out;
}

absl::string_view CodeOf(const Subject& subject) {
  return subject.code.empty() ? subject.organisation : subject.code;
}

}  // namespace

absl::string_view OrganisationOf(absl::string_view code) {
  if (code.size() != kCodeCharacters) return "";
  return code.substr(kOrganisationAt, kOrganisationCharacters);
}

absl::string_view CodePartOf(const Subject& subject) {
  return subject.code.empty() ? subject.organisation : OrganisationOf(subject.code);
}

Comparison CompareCodes(const Subject& subject, absl::string_view listed) {
  if (listed.empty() || CodePartOf(subject).empty()) return Comparison::kMissing;
  const bool equal = subject.code.empty() ? subject.organisation == OrganisationOf(listed)
                                          : subject.code == listed;
  return equal ? Comparison::kAgrees : Comparison::kConflicts;
}

NearestName NearestOf(const names::NameView& asked, size_t count,
                      absl::FunctionRef<names::NameView(size_t)> name) {
  NearestName nearest;
  for (size_t i = 0; i < count; ++i) {
    const names::Verdict verdict = names::Compare(asked, name(i));
    const bool nearer = std::tuple(verdict.band, -verdict.score_milli) <
                        std::tuple(nearest.verdict.band, -nearest.verdict.score_milli);
    if (nearer || i == 0) nearest = {verdict, i};
  }
  const bool former = nearest.number + 1 < count;
  if (former && nearest.verdict.band == Band::kSame) nearest.verdict.band = Band::kReview;
  return nearest;
}

std::vector<Subject> SubjectsFor(const std::vector<std::string>& codes,
                                 const std::vector<std::string>& names) {
  std::vector<Subject> subjects;
  for (const std::string& code : codes) {
    subjects.push_back({code, "", ""});
    const absl::string_view organisation = OrganisationOf(code);
    if (!organisation.empty()) subjects.push_back({"", "", std::string(organisation)});
  }
  for (const std::string& name : names) {
    if (!name.empty()) subjects.push_back({"", name, ""});
  }
  return subjects;
}

std::string KeyOf(const Subject& subject) {
  std::string material = CodeMaterial(CodeOf(subject));
  if (CodeOf(subject).empty()) AddName(subject.name, &material);
  return Sha256(material);
}

std::string MaterialOf(const Subject& subject) {
  std::string material = CodeMaterial(CodeOf(subject));
  AddName(subject.name, &material);
  return Sha256(material);
}

std::string MaterialOf(absl::string_view listed_code, const std::vector<std::string>& names) {
  // Written otherwise it is the same name.
  std::vector<std::string> distinct;
  for (const std::string& name : names) {
    std::string parts;
    AddName(name, &parts);
    std::erase(distinct, parts);
    distinct.push_back(std::move(parts));
  }
  std::string material = CodeMaterial(listed_code);
  for (const std::string& parts : distinct) AddText(parts, &material);
  return Sha256(material);
}

}  // namespace shian::sanction
