#include "services/ctl/onboard/draft.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "services/ctl/onboard/request.h"

namespace shian::ctl {
namespace {

std::string Shipped(const std::string& path) {
  const char* source = std::getenv("SHIAN_SOURCE");
  std::ifstream in(std::string(source == nullptr ? "." : source) + "/deploy/policies/" + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

Department Water() {
  return {"water-bureau", "水务系统", "410902-water", "澄沅县水务局", "410902", "2025-01-01"};
}

TEST_CASE("a department's lines come after the table's own, once") {
  const std::string table = Shipped("systems/development.txtpb");
  const auto added = AddToTable(table, Water());
  REQUIRE(added.ok());
  REQUIRE(added->substr(0, table.size()) == table);
  REQUIRE(added->find("type_prefixes: \"shian.sanction.measure.water-bureau.\"") !=
          std::string::npos);
  REQUIRE(absl::IsAlreadyExists(AddToTable(*added, Water()).status()));
  // A second system of the same organisation brings it no second time.
  Department other = Water();
  other.system = "water-meters";
  REQUIRE(AddToTable(*added, other)->find("澄沅县水务局", added->size()) == std::string::npos);
}

TEST_CASE("a measure gets one more system") {
  const std::string catalogue = Shipped("measure/joint.txtpb");
  const auto added = AddToMeasure(catalogue, "convenience-limit", "water-bureau");
  REQUIRE(added.ok());
  REQUIRE(added->find("system_ids: \"water-bureau\"") > added->find("id: \"convenience-limit\""));
  REQUIRE(absl::IsNotFound(AddToMeasure(catalogue, "no-such", "water-bureau").status()));
}

TEST_CASE("what would break out of its quotes is refused") {
  REQUIRE(CheckDepartment(Water()).ok());
  for (const char* wrong : {"", "Water", "a_b", "1a", "../a", "a\"b"}) {
    Department department = Water();
    department.system = wrong;
    REQUIRE_FALSE(CheckDepartment(department).ok());
  }
  Department department = Water();
  department.title = "a\" }";
  REQUIRE_FALSE(CheckDepartment(department).ok());
  department = Water();
  department.region = "41";
  REQUIRE_FALSE(CheckDepartment(department).ok());
  department = Water();
  department.from = "tomorrow";
  REQUIRE_FALSE(CheckDepartment(department).ok());
}

TEST_CASE("a request is signed by its own key") {
  const auto made = MakeRequest("water-bureau");
  REQUIRE(made.ok());
  BIO* memory = BIO_new_mem_buf(made->request.data(), static_cast<int>(made->request.size()));
  X509_REQ* request = PEM_read_bio_X509_REQ(memory, nullptr, nullptr, nullptr);
  REQUIRE(request != nullptr);
  REQUIRE(X509_REQ_verify(request, X509_REQ_get0_pubkey(request)) == 1);
  X509_REQ_free(request);
  BIO_free(memory);
  REQUIRE(MakeRequest("water-bureau")->key != made->key);
}

}  // namespace
}  // namespace shian::ctl
