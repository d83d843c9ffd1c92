// The form of a kind of document (文书式样), as the domain needs it; policy fills it. Its texts
// hold placeholders, and no other wording than theirs is printed.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "services/sanction/case/penalty.h"

namespace shian::sanction {

// The numbers are those of the API.
enum class FormMatter { kCase = 1, kEntry = 2, kLead = 3, kNomination = 4, kPublicity = 5 };
enum class Numbering { kSeries = 1, kDecision = 2, kCase = 3 };
enum class FieldType { kLine = 1, kText = 2, kDate = 3 };

struct FormField {
  std::string key;
  std::string title;
  FieldType type = FieldType::kLine;
  bool optional = false;
};

struct FormCell {
  std::string label;
  std::string value;
  bool signature = false;  // leaves a place to sign
};

struct FormRow {
  std::vector<FormCell> cells;
  int lines = 0;
};

enum class BlockKind { kHeading, kParagraph, kList, kTable, kSeal };

struct FormBlock {
  BlockKind kind = BlockKind::kParagraph;
  std::string when;  // the value without which it does not appear
  std::string text;  // heading, paragraph, signatory
  std::string date;  // of a seal
  bool flush = false;
  std::vector<std::string> items;
  std::vector<FormRow> rows;
};

// How a kind of penalty reads; `without` where a value of `text` is not known.
struct PenaltyWords {
  std::string text;
  std::string without;
};

struct Form {
  std::string kind;
  std::string revision;
  std::string title;
  std::string number_word;
  Numbering numbering = Numbering::kSeries;
  std::set<FormMatter> matters;
  std::string act;
  std::vector<std::string> after;
  std::vector<std::string> posts;
  std::vector<FormField> fields;
  std::vector<std::string> clocks;
  std::map<PenaltyKind, PenaltyWords> penalty_items;
  std::string basis;  // the laws it rests on, as they are cited
  std::string remedy;
  std::vector<FormBlock> blocks;
};

// The acts of `after` that are not among `taken`.
std::vector<std::string> MissingActs(const Form& form, const std::set<std::string>& taken);

}  // namespace shian::sanction
