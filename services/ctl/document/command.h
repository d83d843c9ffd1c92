#ifndef SHIAN_SERVICES_CTL_DOCUMENT_COMMAND_H_
#define SHIAN_SERVICES_CTL_DOCUMENT_COMMAND_H_

#include "CLI/CLI.hpp"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian document kinds|preview|issue|get|list`: official documents (执法文书) of cases, entries
// and leads, as HTML and, where a program for it is installed, as PDF.
void AddDocument(CLI::App* app, Session* session, int* exit_code);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_DOCUMENT_COMMAND_H_
