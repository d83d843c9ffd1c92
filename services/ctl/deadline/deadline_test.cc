#include <catch2/catch.hpp>

#include "libs/policy/folder.h"
#include "services/ctl/deadline/command.h"

namespace shian::ctl {
namespace {

TEST_CASE("a table of periods gets the due date of each row, and keeps its columns") {
  const auto folder = policy::ReadFolder("deploy/policies");
  REQUIRE(folder.ok());
  std::string problems;
  const auto out = DeadlineCsv(policy::CalendarOf(*folder),
                               "note,start,n,kind\n"
                               "a,2025-01-24,5,WORKING\n"
                               "b,2024-09-16,15,CALENDAR_ROLL\n"
                               "c,2026-12-28,20,WORKING\n"
                               "d,2026-13-01,1,WORKING\n",
                               &problems);
  REQUIRE(out.ok());
  REQUIRE(out->rfind("note,start,n,kind,due\r\n"
                     "a,2025-01-24,5,WORKING,2025-02-07\r\n"
                     "b,2024-09-16,15,CALENDAR_ROLL,2024-10-08\r\n"
                     "c,2026-12-28,20,WORKING,PENDING 2027-01-",
                     0) == 0);
  REQUIRE(problems.rfind("line 5:", 0) == 0);
}

}  // namespace
}  // namespace shian::ctl
