// What the files of a folder owe each other.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/policy/validate.h"
#include "shian/policy/v1/ban.pb.h"
#include "shian/policy/v1/case.pb.h"
#include "shian/policy/v1/deadline.pb.h"
#include "shian/policy/v1/document.pb.h"
#include "shian/policy/v1/draw.pb.h"
#include "shian/policy/v1/list.pb.h"
#include "shian/policy/v1/measure.pb.h"
#include "shian/policy/v1/publicity.pb.h"
#include "shian/policy/v1/recall.pb.h"
#include "shian/policy/v1/sampling.pb.h"

namespace shian::policy {
namespace {

// Everything that may be referred to.
struct Names {
  std::set<std::string> ids;
  std::set<std::string> clocks;  // keys of deadline tables
};

struct Reference {
  const char* field;
  std::string name;
  bool is_clock;
};

Names NamesOf(const Folder& folder) {
  Names names;
  for (const PolicyFile& file : folder.files) {
    names.ids.insert(file.header.id());
    if (file.kind != v1::POLICY_KIND_DEADLINE) continue;
    for (const auto& rule : static_cast<const v1::DeadlineTable&>(*file.message).rules()) {
      names.clocks.insert(rule.key());
    }
  }
  return names;
}

std::vector<Reference> OfList(const v1::ListRule& rule) {
  const v1::ListClocks& clocks = rule.clocks();
  return {{"approval_chain", rule.approval_chain(), false},
          {"removal_chain", rule.removal_chain(), false},
          {"measure_catalogue", rule.measure_catalogue(), false},
          {"clocks.statement", clocks.statement(), true},
          {"clocks.hearing_request", clocks.hearing_request(), true},
          {"clocks.publish", clocks.publish(), true},
          {"clocks.repair_accept", clocks.repair_accept(), true},
          {"clocks.repair_decide", clocks.repair_decide(), true},
          {"clocks.repair_stop", clocks.repair_stop(), true},
          {"clocks.annulled_withdraw", clocks.annulled_withdraw(), true}};
}

std::vector<Reference> OfMeasures(const v1::MeasureCatalogue& catalogue) {
  std::vector<Reference> references = {{"objection_chain", catalogue.objection_chain(), false}};
  for (const auto& rule : catalogue.measures()) {
    references.push_back({"measures.acknowledge_clock", rule.acknowledge_clock(), true});
    references.push_back({"measures.report_clock", rule.report_clock(), true});
    references.push_back({"measures.lift_clock", rule.lift_clock(), true});
    references.push_back({"measures.objection_clock", rule.objection_clock(), true});
  }
  return references;
}

std::vector<Reference> OfCase(const v1::CaseRule& rule) {
  std::vector<Reference> references;
  for (const auto& row : rule.procedures()) {
    references.push_back({"procedures.approval_chain", row.approval_chain(), false});
  }
  for (const auto& row : rule.time_bars()) {
    references.push_back({"time_bars.clock", row.clock(), true});
  }
  return references;
}

std::vector<Reference> OfPublicity(const v1::PublicityRule& rule) {
  const v1::RepairTerms& terms = rule.repair();
  std::vector<Reference> references = {
      {"repair.accept_clock", terms.accept_clock(), true},
      {"repair.decide_clock", terms.decide_clock(), true},
      {"repair.stop_clock", terms.stop_clock(), true},
      {"repair.dispute_clock", terms.dispute_clock(), true},
      {"repair.dispute_source_clock", terms.dispute_source_clock(), true},
      {"repair.approval_chain", terms.approval_chain(), false},
      {"repair.publicity_chain", terms.publicity_chain(), false}};
  for (const auto& row : rule.classes()) {
    references.push_back({"classes.publicity_clock", row.publicity_clock(), true});
  }
  return references;
}

std::vector<Reference> ReferencesOf(const PolicyFile& file) {
  std::vector<Reference> references;
  switch (file.kind) {
    case v1::POLICY_KIND_LIST:
      return OfList(static_cast<const v1::ListRule&>(*file.message));
    case v1::POLICY_KIND_MEASURE:
      return OfMeasures(static_cast<const v1::MeasureCatalogue&>(*file.message));
    case v1::POLICY_KIND_SAMPLING:
      return {{"approval_chain",
               static_cast<const v1::SamplingRule&>(*file.message).approval_chain(), false}};
    case v1::POLICY_KIND_RECALL: {
      const auto& rule = static_cast<const v1::RecallRule&>(*file.message);
      references.push_back({"approval_chain", rule.approval_chain(), false});
      references.push_back({"close_clock", rule.close_clock(), true});
      for (const auto& row : rule.classes()) {
        references.push_back({"classes.start_clock", row.start_clock(), true});
        references.push_back({"classes.finish_clock", row.finish_clock(), true});
      }
      return references;
    }
    case v1::POLICY_KIND_PUBLICITY:
      return OfPublicity(static_cast<const v1::PublicityRule&>(*file.message));
    case v1::POLICY_KIND_CASE:
      return OfCase(static_cast<const v1::CaseRule&>(*file.message));
    case v1::POLICY_KIND_DOCUMENT:
      for (const auto& clock : static_cast<const v1::DocumentTemplate&>(*file.message).clocks()) {
        references.push_back({"clocks", clock, true});
      }
      return references;
    case v1::POLICY_KIND_BAN: {
      const auto& rule = static_cast<const v1::BanRule&>(*file.message);
      return {{"approval_chain", rule.approval_chain(), false},
              {"employer_clock", rule.employer_clock(), true}};
    }
    case v1::POLICY_KIND_DRAW: {
      const auto& rule = static_cast<const v1::DrawRule&>(*file.message);
      return {{"approval_chain", rule.approval_chain(), false},
              {"publish_clock", rule.publish_clock(), true}};
    }
    default:
      return references;
  }
}

void CheckReferences(const PolicyFile& file, const Names& names, std::vector<Problem>* problems) {
  for (const Reference& reference : ReferencesOf(file)) {
    const std::set<std::string>& known = reference.is_clock ? names.clocks : names.ids;
    if (reference.name.empty() || known.contains(reference.name)) continue;
    problems->push_back({file.path, 0, 0, reference.field,
                         absl::StrCat("\"", reference.name, "\" is in no file of the folder"),
                         absl::StrCat("“", reference.name, "”在规则文件夹中不存在")});
  }
}

bool Overlap(const v1::PolicyHeader& a, const v1::PolicyHeader& b) {
  const bool a_ends_before = !a.effective_to().empty() && a.effective_to() < b.effective_from();
  const bool b_ends_before = !b.effective_to().empty() && b.effective_to() < a.effective_from();
  return !a_ends_before && !b_ends_before;
}

void CheckOverlaps(const Folder& folder, std::vector<Problem>* problems) {
  std::map<std::string, std::vector<const PolicyFile*>> by_id;
  for (const PolicyFile& file : folder.files) {
    for (const PolicyFile* other : by_id[file.header.id()]) {
      if (!Overlap(file.header, other->header)) continue;
      problems->push_back({file.path, 0, 0, "header.effective_from",
                           absl::StrCat("its period overlaps the one of ", other->path),
                           absl::StrCat("适用期间与", other->path, "重叠")});
    }
    by_id[file.header.id()].push_back(&file);
  }
}

}  // namespace

void ValidateTogether(Folder* folder) {
  const Names names = NamesOf(*folder);
  std::vector<Problem> found;
  CheckOverlaps(*folder, &found);
  for (const PolicyFile& file : folder->files) CheckReferences(file, names, &found);
  for (const Problem& problem : found) {
    std::erase_if(folder->files, [&](const PolicyFile& file) { return file.path == problem.path; });
    folder->problems.push_back(problem);
  }
}

}  // namespace shian::policy
