#include "libs/base/region.h"

#include <catch2/catch.hpp>

namespace shian {
namespace {

TEST_CASE("a division reaches over all below it") {
  const auto range = [](const char* region) {
    const RegionRange found = RangeOf(region);
    return found.first + "-" + found.last;
  };
  CHECK(range("410902") == "410902-410902");
  CHECK(range("410900") == "410900-410999");
  CHECK(range("410000") == "410000-419999");
  CHECK(range("000000") == "000000-999999");
  CHECK(range("100100") == "100100-100199");  // zeros that are not at the end are no pair
  CHECK(range("") == "-");
}

}  // namespace
}  // namespace shian
