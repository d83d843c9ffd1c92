// A folder of policy files (规则文件夹): one subfolder per kind, one *.txtpb per version.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "libs/calendar/calendar.h"
#include "shian/policy/v1/header.pb.h"

namespace shian::policy {

// What is wrong with a file, and where.
struct Problem {
  std::string path;   // relative to the folder
  int line = 0;       // from 1; 0 when the file as a whole is meant
  int column = 0;     // from 1
  std::string field;  // "rules[3].count"
  std::string en;
  std::string zh;

  // "deadline/sampling.txtpb:12:5: rules[3].count: must be 1 to 10000"
  std::string ToString() const;
};

// One good file.
struct PolicyFile {
  std::string path;      // relative to the folder
  std::string text;      // its bytes
  std::string revision;  // SHA-256 of the bytes, hex
  v1::PolicyKind kind = v1::POLICY_KIND_UNSPECIFIED;
  v1::PolicyHeader header;
  std::shared_ptr<const google::protobuf::Message> message;
};

// What a folder holds. A bad file is left out and never hides a good one.
struct Folder {
  std::vector<PolicyFile> files;  // sorted by path
  std::vector<Problem> problems;

  // One line per problem, or OK.
  absl::Status ToStatus() const;
};

// NOT_FOUND only when `path` is no folder.
absl::StatusOr<Folder> ReadFolder(const std::string& path);

// Parses and checks one file's bytes alone, without its neighbours.
struct FileResult {
  std::shared_ptr<const google::protobuf::Message> message;  // null when there are problems
  std::vector<Problem> problems;
};
FileResult ParseFile(const std::string& path, const std::string& text);

// Where tools without a server find policies: `flag` (--policies), the environment variable
// SHIAN_POLICIES, the install path beside the program, the source tree around it.
absl::StatusOr<std::string> FindPolicyFolder(const std::string& flag);

// The first file of `id` in the folder, for programs that need one before any store exists.
template <class P>
absl::StatusOr<P> ReadPolicy(const Folder& folder, absl::string_view id) {
  for (const PolicyFile& file : folder.files) {
    if (file.header.id() == std::string(id) && file.message->GetDescriptor() == P::descriptor()) {
      return static_cast<const P&>(*file.message);
    }
  }
  return absl::NotFoundError("no policy " + std::string(id) + " in the policy folder");
}

// All calendars of the folder merged, as the deadline tool counts by.
calendar::Calendar CalendarOf(const Folder& folder);

}  // namespace shian::policy
