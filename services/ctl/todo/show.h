#ifndef SHIAN_SERVICES_CTL_TODO_SHOW_H_
#define SHIAN_SERVICES_CTL_TODO_SHOW_H_

#include <string>
#include <vector>

#include "shian/common/v1/todo.pb.h"

namespace shian::ctl {

// By due time; what is suspended or waits for a calendar comes last, by the earliest day it can
// end.
void SortTodos(std::vector<common::v1::Todo>* todos);

// For people: a line each, columns under each other.
std::string TodosAsTable(const std::vector<common::v1::Todo>& todos);
// For a spreadsheet: UTF-8 with a byte order mark, and no cell that it would take for a formula.
std::string TodosAsCsv(const std::vector<common::v1::Todo>& todos);
// For programs: {"todos": [...], "unanswered": [...]}, the latter by service.
std::string TodosAsJson(const std::vector<common::v1::Todo>& todos,
                        const std::vector<std::string>& unanswered);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_TODO_SHOW_H_
