// shian-credit: what the evidence means: archive, grade, explanation.
#include "embedded/credit_schema.h"
#include "libs/rpc/host.h"
#include "services/credit/archive/service.h"
#include "services/credit/rating/convert.h"
#include "services/credit/rating/reactions.h"
#include "services/credit/rating/service.h"

namespace shian::credit {
namespace {

constexpr int32_t kApplicationId = 0x53411003;

int Main(int argc, char** argv) {
  rpc::Host host("credit", argc, argv, rpc::SchemaOf("credit", kApplicationId, kMigrations));
  const RulesSource rules(host.edge().policies());
  ArchiveService archive(host.edge());
  RatingService rating(host.edge(), rules);
  host.Serve(&archive);
  host.Serve(&rating);
  for (auto& [peer, reactions] : RatingReactions(rules)) host.React(peer, reactions);
  return host.Run();
}

}  // namespace
}  // namespace shian::credit

int main(int argc, char** argv) { return shian::credit::Main(argc, argv); }
