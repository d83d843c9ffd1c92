#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace shian::store {

// One step of a schema in portable source form, applied once, in one transaction, and never edited
// afterwards: a file whose applied step has another text than the program's is refused.
struct Migration {
  std::string component;  // "store", "policy", "sanction": each counts for itself
  int number = 0;
  std::string name;
  std::string sql;
};

// The steps of one store in the order in which they apply. The common tables (requests, logs,
// cursors) come first by themselves.
//   Schema schema(0x53410004);
//   schema.Add("policy", policy::kMigrations).Add("sanction", sanction::kMigrations);
struct Schema {
  Schema() = default;
  explicit Schema(int32_t id) : application_id(id) {}
  Schema(int32_t id, std::vector<Migration> steps)
      : application_id(id), migrations(std::move(steps)) {}

  // Takes the array that the build makes from schema/NNNN_name.sql.
  template <class Embedded>
  Schema& Add(const char* component, const Embedded& embedded) {
    for (const auto& step : embedded) {
      migrations.push_back({component, step.number, step.name, step.sql});
    }
    return *this;
  }

  // Marks a file as this service's; another service's file is refused.
  int32_t application_id = 0;
  std::vector<Migration> migrations;
};

}  // namespace shian::store
