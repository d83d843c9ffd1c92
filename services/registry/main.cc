// shian-registry: who may operate, where, under which licence, with which people.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "embedded/registry_schema.h"
#include "libs/base/status_macros.h"
#include "libs/config/config.h"
#include "libs/rpc/host.h"
#include "services/registry/laboratory/service.h"
#include "services/registry/operator/limits.h"
#include "services/registry/operator/reactions.h"
#include "services/registry/operator/service.h"
#include "services/registry/people/service.h"
#include "services/registry/post/reactions_employers.h"
#include "services/registry/post/service.h"

namespace shian::registry {
namespace {

constexpr int32_t kApplicationId = 0x53411001;

absl::StatusOr<IdentityHasher> ReadHasher(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string keys,
                   config::ReadFile(path, limits::kIdentityKeyFileBytesMax));
  return IdentityHasher::Create(keys);
}

int Main(int argc, char** argv) {
  rpc::Host host("registry", argc, argv, rpc::SchemaOf("registry", kApplicationId, kMigrations));
  const absl::StatusOr<IdentityHasher> hasher = ReadHasher(host.config().identity_key);
  if (!hasher.ok()) {
    std::fprintf(stderr, "shian-registry: %s\n", std::string(hasher.status().message()).c_str());
    return EXIT_FAILURE;
  }
  OperatorService operators(host.edge(), *hasher, WatchPosts(host.edge().policies(), *hasher));
  const PostModule posts(host, *hasher);
  PeopleService people(host.edge());
  LaboratoryService laboratories(host.edge());
  host.Serve(&operators);
  host.Serve(&people);
  host.Serve(&laboratories);
  host.React("sanction", OperatorReactions());
  return host.Run();
}

}  // namespace
}  // namespace shian::registry

int main(int argc, char** argv) { return shian::registry::Main(argc, argv); }
