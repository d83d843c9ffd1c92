// What the public may know of goods (公众查询卡): what their making states of them, and their way
// without anything that names a person or a place below a county.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/base/time.h"
#include "services/trace/capture/event.h"
#include "services/trace/judgement/shelf_life.h"
#include "services/trace/recall/recall.h"

namespace shian::trace {

// What events of making state in their ILMD of one lot or item.
struct Statement {
  std::string product_name;
  std::optional<Date> produced;
  std::optional<Expiry> last;  // the earliest of the expirations and best-before days
};
// Takes in what one more event says: the first name and day of production stay, and of last days
// the earliest, so that in doubt goods are old. `epcs` are the goods; of others nothing is taken.
void AddStatement(const Event& event, const std::vector<std::string>& epcs, Statement* statement);

// A place as far as it is public.
struct PublicPlace {
  std::string title;   // of a firm; empty for persons and for what nobody registered
  std::string region;  // 6 digits; empty when nobody registered it
};

struct Step {
  std::string biz_step;  // a word of the CBV; empty for none or a private one
  Date day;
  std::string region;
};
// A private word is a URI of the firm's own and may say anything, so it is left out.
std::string PublicStep(const std::string& biz_step);
// At most the division of a county.
std::string PublicRegion(const std::string& region);

// The last steps of a way that is read backwards, those alike joined.
class Steps {
 public:
  // `step` comes before those that were added. False when there is no room for it.
  bool AddBefore(Step step);
  // Oldest first.
  std::vector<Step> Take();

 private:
  std::vector<Step> newest_first_;
};

enum class Warning {
  kRecalled = 1,
  kLotsRecalled = 2,
  kExpired = 3,
  kCorrected = 4,
  kNotRecorded = 5
};

struct CardState {
  bool recorded = false;  // in an event, or by a code that was issued
  bool corrected = false;
  // By a recall that was published and not withdrawn: the goods, or lots of their class.
  bool recalled = false;
  bool lots_recalled = false;
  std::optional<Date> last_day;
};
// The gravest first. Goods are good on their last day still.
std::vector<Warning> WarningsOf(const CardState& state, Date today);

// The newest first, those that were withdrawn last.
void SortForCard(std::vector<Recall>* recalls);
// When it was published first.
absl::Time PublishTimeOf(const Recall& recall);

}  // namespace shian::trace
