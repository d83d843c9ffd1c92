// An official document (执法文书) as it was issued. It never changes: a wrong one is replaced by
// another one with a number of its own.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "libs/base/id.h"
#include "services/sanction/party/matter.h"
#include "services/sanction/party/party.h"

namespace shian::sanction {

using DocumentId = Id<struct DocumentTag>;

inline constexpr char kPageMediaType[] = "text/html";

struct IssuedDocument {
  OperatorId op;
  DocumentId id;
  std::string matter;  // its name below the operator: "cases/7"
  std::string kind;    // "penalty-notice"
  std::string title;
  std::string act;     // that offers it, or records its service; may be empty
  std::string number;  // 文号, as it is printed
  std::string series;  // number word; empty when the act was given the number
  int year = 0;
  int64_t serial = 0;  // within organisation, series and year, from 1; 0 without series
  std::string region;
  std::string organisation;
  absl::Time issued;
  Actor actor;
  std::string sha256;  // of the page
  int64_t size_bytes = 0;
  DocumentId replaces;  // empty for most
  std::string template_revision;

  std::string name() const { return "operators/" + op.value() + "/documents/" + id.value(); }
  std::string matter_name() const { return "operators/" + op.value() + "/" + matter; }
};

}  // namespace shian::sanction
