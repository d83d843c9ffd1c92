#pragma once

#include <string>
#include <vector>

#include "libs/policy/folder.h"
#include "libs/policy/node.h"

namespace shian::policy {

// Checks one parsed policy by its kind; problems go to the node's report.
void Validate(v1::PolicyKind kind, const Node& root);

// The rules of each kind (validate_*.cc).
void ValidateCalendar(const Node& root);
void ValidateDeadlines(const Node& root);
void ValidateApproval(const Node& root);
void ValidateRating(const Node& root);
void ValidateList(const Node& root);
void ValidateMeasures(const Node& root);
void ValidateSampling(const Node& root);
void ValidateRecall(const Node& root);
void ValidateSystems(const Node& root);
void ValidateDraw(const Node& root);
void ValidatePublicity(const Node& root);
void ValidateDocument(const Node& root);
void ValidateCase(const Node& root);
void ValidateDiscretion(const Node& root);
void ValidateBan(const Node& root);
void ValidateJudgement(const Node& root);

// Checks between the files of a folder: versions of one id do not overlap, and what one file names
// (chains, catalogues, clocks) exists. Files with problems are removed.
void ValidateTogether(Folder* folder);

}  // namespace shian::policy
