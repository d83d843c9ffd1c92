#include "services/ctl/onboard/pack.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/policy/folder.h"
#include "nlohmann/json.hpp"
#include "services/ctl/onboard/request.h"

namespace shian::ctl {
namespace {

namespace fs = std::filesystem;
using google::protobuf::FileDescriptor;

constexpr char kTable[] = "systems";
constexpr char kCatalogue[] = "measure/joint.txtpb";
constexpr int kSandboxPort = 9440;

absl::StatusOr<std::string> Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat("cannot read ", path.string()));
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

absl::Status Write(const fs::path& path, const std::string& text, bool secret = false) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  // Nobody else may open it, not even before it has its content.
  const mode_t before = secret ? umask(S_IRWXG | S_IRWXO) : 0;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  if (secret) umask(before);
  if (secret) fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, error);
  if (error || !(out << text) || !out.flush()) {
    return absl::UnavailableError(absl::StrCat("cannot write ", path.string()));
  }
  return absl::OkStatus();
}

absl::Status Copy(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing, error);
  if (!error) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("cannot copy ", from.string(), ": ", error.message()));
}

// The one file of the system table; its name is kept, so that the draft replaces it.
absl::StatusOr<std::string> TableFile(const fs::path& policies) {
  std::error_code error;
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(policies / kTable, error)) {
    if (entry.path().extension() == ".txtpb") {
      files.push_back(absl::StrCat(kTable, "/", entry.path().filename().string()));
    }
  }
  if (files.size() == 1) return files.front();
  return absl::NotFoundError(absl::StrCat("not one system table in ", policies.string()));
}

struct Draft {
  std::string file;  // below the policy folder
  std::string text;
};
absl::StatusOr<std::vector<Draft>> DraftsOf(const Kit& kit, const Package& package) {
  std::vector<Draft> drafts;
  ASSIGN_OR_RETURN(const std::string table, TableFile(kit.policies));
  ASSIGN_OR_RETURN(std::string text, Read(kit.policies / table));
  ASSIGN_OR_RETURN(text, AddToTable(std::move(text), package.department));
  drafts.push_back({table, std::move(text)});
  if (package.measure.empty()) return drafts;
  ASSIGN_OR_RETURN(text, Read(kit.policies / kCatalogue));
  ASSIGN_OR_RETURN(text, AddToMeasure(std::move(text), package.measure, package.department.system));
  drafts.push_back({kCatalogue, std::move(text)});
  return drafts;
}

// A file and what it imports, the imported first.
void Collect(const FileDescriptor& file, std::set<std::string>* seen,
             std::vector<const FileDescriptor*>* files) {
  if (!seen->insert(file.name()).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) Collect(*file.dependency(i), seen, files);
  files->push_back(&file);
}

// The protos that a department needs, as sources and as a descriptor set.
absl::Status PackProtos(const Protos& protos, const fs::path& out) {
  std::set<std::string> seen;
  std::vector<const FileDescriptor*> files;
  for (const std::string& name : kDepartmentServices) {
    const auto* service = protos.pool().FindServiceByName(name);
    if (service == nullptr) {
      return absl::NotFoundError(absl::StrCat("the descriptor set has no ", name));
    }
    Collect(*service->file(), &seen, &files);
  }
  // What details of errors are made of, and what the facts of the feed carry.
  for (const char* name : {"google/rpc/status.proto", "google/rpc/error_details.proto",
                           "shian/sanction/v1/changes.proto"}) {
    const auto* file = protos.pool().FindFileByName(name);
    if (file != nullptr) Collect(*file, &seen, &files);
  }
  google::protobuf::FileDescriptorSet set;
  google::protobuf::DebugStringOptions options;
  options.include_comments = true;
  for (const FileDescriptor* file : files) {
    file->CopyTo(set.add_file());
    RETURN_IF_ERROR(Write(out / "proto" / file->name(), file->DebugStringWithOptions(options)));
  }
  return Write(out / "shian.binpb", set.SerializeAsString());
}

// Where a client finds the service; paths lie relative to its own folder.
std::string ClientConfig(const std::string& system, const std::string& address,
                         const std::string& pki) {
  const nlohmann::ordered_json config = {
      {"system", system}, {"address", address}, {"pki", pki}, {"descriptors", "../../shian.binpb"}};
  return config.dump(2) + "\n";
}

absl::Status PackClients(const Kit& kit, const Package& package, const fs::path& out) {
  const std::string& system = package.department.system;
  for (const char* language : {"python", "node"}) {
    const fs::path folder = out / "clients" / language;
    RETURN_IF_ERROR(Copy(kit.onboard / language, folder));
    RETURN_IF_ERROR(
        Write(folder / "client.json",
              ClientConfig(system, absl::StrCat("127.0.0.1:", kSandboxPort), "../../sandbox/pki")));
    RETURN_IF_ERROR(
        Write(folder / "production.json", ClientConfig(system, package.sanction, "../../pki")));
  }
  return absl::OkStatus();
}

absl::Status PackSandbox(const Kit& kit, const Package& package, const std::vector<Draft>& drafts,
                         const fs::path& out) {
  const fs::path folder = out / "sandbox";
  RETURN_IF_ERROR(Copy(kit.policies, folder / "policies"));
  for (const Draft& draft : drafts) {
    RETURN_IF_ERROR(Write(folder / "policies" / draft.file, draft.text));
  }
  RETURN_IF_ERROR(Copy(kit.maps, folder / "maps"));
  RETURN_IF_ERROR(Copy(kit.onboard / "sandbox", folder / "sandbox"));
  RETURN_IF_ERROR(Copy(kit.pki / "make-pki", folder / "make-pki"));
  return Write(folder / "system", package.department.system + "\n");
}

// What the services will say of the drafts when they read them.
absl::Status CheckDrafts(const fs::path& policies) {
  ASSIGN_OR_RETURN(const policy::Folder folder, policy::ReadFolder(policies.string()));
  if (folder.problems.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(folder.problems.front().ToString());
}

absl::Status Fill(const Kit& kit, const Package& package, const Protos& protos,
                  const std::vector<Draft>& drafts, const fs::path& out) {
  RETURN_IF_ERROR(PackSandbox(kit, package, drafts, out));
  RETURN_IF_ERROR(CheckDrafts(out / "sandbox" / "policies"));
  for (const Draft& draft : drafts) {
    RETURN_IF_ERROR(Write(out / "policies" / draft.file, draft.text));
  }
  RETURN_IF_ERROR(PackProtos(protos, out));
  RETURN_IF_ERROR(PackClients(kit, package, out));
  RETURN_IF_ERROR(Copy(kit.onboard / "README.md", out / "README.md"));
  const std::string& system = package.department.system;
  ASSIGN_OR_RETURN(const CertificateRequest request, MakeRequest(system));
  RETURN_IF_ERROR(Write(out / "pki" / (system + ".key"), request.key, true));
  return Write(out / "pki" / (system + ".csr"), request.request);
}

}  // namespace

Kit KitAround(const std::string& policies) {
  const fs::path folder = fs::absolute(policies).lexically_normal();
  const fs::path around =
      folder.has_filename() ? folder.parent_path() : folder.parent_path().parent_path();
  return {folder, around / "onboard", around / "pki", around / "maps"};
}

absl::Status Pack(const Kit& kit, const Package& package, const Protos& protos,
                  const fs::path& out) {
  RETURN_IF_ERROR(CheckDepartment(package.department));
  ASSIGN_OR_RETURN(const std::vector<Draft> drafts, DraftsOf(kit, package));
  std::error_code error;
  if (fs::exists(out, error)) {
    return absl::AlreadyExistsError(absl::StrCat(out.string(), " exists; a key is made once"));
  }
  const absl::Status filled = Fill(kit, package, protos, drafts, out);
  // Half a package looks like a whole one.
  if (!filled.ok()) fs::remove_all(out, error);
  return filled;
}

}  // namespace shian::ctl
