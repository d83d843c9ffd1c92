#ifndef SHIAN_SERVICES_CTL_HASH_COMMAND_H_
#define SHIAN_SERVICES_CTL_HASH_COMMAND_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "services/ctl/session/session.h"

namespace shian::ctl {

// `shian hash FILE…`: the CBV 2.0 event hash of each event of EPCIS documents, without a server;
// and `shian convert`, which works on the same documents.
void AddHash(CLI::App* app, Session* session, int* exit_code);

// What is known of one event: its canonical string, and which rules it breaks.
struct HashedEvent {
  std::string pre_hash, hash;
  std::vector<std::string> rules;  // "RULE at field (value): what it says"
  std::vector<std::string> notes;  // the same of what is no reason to refuse it
};
struct HashedDocument {
  std::vector<HashedEvent> events;
  std::string broken;  // "RULE at field: what it says", when there is no document to read
};
HashedDocument HashDocument(const std::string& bytes);

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_HASH_COMMAND_H_
