#include "services/ctl/sample/chain.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/time.h"
#include "libs/codes/check_digits.h"

namespace shian::ctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kRounds = 104;
constexpr int kFarmLots = 4, kCarcassLots = 6, kPackLots = 10, kMealLots = 4;
constexpr size_t kProducersInCounty = 253, kSellersInCounty = 12298;
constexpr int kStoryRound = 97;

struct Quantity {
  std::string lot;
  int64_t kilograms;
};

// "urn:epc:id:sgln:6909999.00001.0" of a GLN of the sample's company prefix.
std::string Place(const SampleOperator& op) {
  return absl::StrCat("urn:epc:id:sgln:", op.gln.substr(0, 7), ".", op.gln.substr(7, 5), ".0");
}

std::string Lot(int item, absl::Time time, int round, int n) {
  return absl::StrFormat("urn:epc:class:lgtin:6909999.0%05d.L%s%03d%02d", item,
                         absl::FormatTime("%y%m%d", time, ChinaTime()), round, n);
}

Json Quantities(const std::vector<Quantity>& items) {
  Json list = Json::array();
  for (const Quantity& item : items) {
    list.push_back({{"epcClass", item.lot}, {"quantity", item.kilograms}, {"uom", "KGM"}});
  }
  return list;
}

// One round of production, from four farm lots to the meals of the canteens.
class Round {
 public:
  Round(SampleRandom& random, const std::vector<SampleOperator>& operators,
        const std::vector<SampleOperator>& farms, int number, Chain* chain)
      : random_(random), operators_(operators), farms_(farms), number_(number), chain_(chain) {
    time_ = FromMicros(ToMicros(StartOfDay(Date(2024, 3, 4) + number * 7 / 2))) + absl::Hours(6);
    producer_ = static_cast<size_t>(number) % kMeatProducers;
    wholesaler_ = static_cast<size_t>(number) % kMeatWholesalers;
  }

  void Make() {
    Farm();
    Slaughter();
    Pack();
    Distribute();
    Serve();
  }

 private:
  const SampleOperator& Producer() const { return operators_[producer_]; }
  const SampleOperator& Wholesaler() const { return operators_[kProducersInCounty + wholesaler_]; }
  const SampleOperator& Canteen(size_t n) const {
    return operators_[kProducersInCounty + kSellersInCounty + n];
  }

  Json Event(const char* type, const char* step, const char* disposition,
             const SampleOperator& place) {
    time_ += absl::Minutes(random_.Between(8, 50));
    Json event = {{"type", type},
                  {"eventTime", FormatTime(time_)},
                  {"eventTimeZoneOffset", "+08:00"},
                  {"bizStep", step},
                  {"disposition", disposition},
                  {"readPoint", {{"id", Place(place)}}},
                  {"bizLocation", {{"id", Place(place)}}}};
    return event;
  }

  void Emit(Json event) { chain_->events.push_back(std::move(event)); }

  std::string NewLot(int item) {
    ++chain_->lots;
    return Lot(item, time_, number_, ++lot_);
  }

  std::string NewUnit() {
    return absl::StrFormat("urn:epc:id:sscc:6909999.0%05d%04d", number_, ++unit_);
  }

  void Farm() {
    for (int i = 0; i < kFarmLots; ++i) {
      const SampleOperator& farm = farms_[(number_ * kFarmLots + i) % farms_.size()];
      const Quantity live = {NewLot(100 + (number_ * kFarmLots + i) % kFarms),
                             random_.Between(900, 1500)};
      Json event = Event("ObjectEvent", "commissioning", "active", farm);
      event["action"] = "ADD";
      event["quantityList"] = Quantities({live});
      event["ilmd"] = {{"cbvmda:lotNumber", live.lot.substr(live.lot.rfind('.') + 1)},
                       {"cbvmda:countryOfOrigin", "CN"}};
      Emit(std::move(event));
      Carry({live}, farm, Producer());
      animals_.push_back(live);
    }
  }

  // Load, ship, receive, unload: an aggregation that begins and ends.
  void Carry(const std::vector<Quantity>& goods, const SampleOperator& from,
             const SampleOperator& to) {
    const std::string unit = NewUnit();
    Pack("ADD", "packing", unit, goods, from);
    Move("shipping", "in_transit", unit, from, to, from);
    Move("receiving", "in_progress", unit, from, to, to);
    Pack("DELETE", "unpacking", unit, goods, to);
  }

  // A small delivery names its lot itself: no unit is made for it.
  void Deliver(const Quantity& part, const SampleOperator& from, const SampleOperator& to) {
    for (const bool sent : {true, false}) {
      Json event = Event("ObjectEvent", sent ? "shipping" : "receiving",
                         sent ? "in_transit" : "in_progress", sent ? from : to);
      event["action"] = "OBSERVE";
      event["quantityList"] = Quantities({part});
      SetRoute(from, to, &event);
      Emit(std::move(event));
    }
  }

  static void SetRoute(const SampleOperator& from, const SampleOperator& to, Json* event) {
    (*event)["sourceList"] = Json::array({{{"type", "location"}, {"source", Place(from)}}});
    (*event)["destinationList"] = Json::array({{{"type", "location"}, {"destination", Place(to)}}});
  }

  void Pack(const char* action, const char* step, const std::string& unit,
            const std::vector<Quantity>& goods, const SampleOperator& place) {
    Json event = Event("AggregationEvent", step, "in_progress", place);
    event["action"] = action;
    event["parentID"] = unit;
    event["childQuantityList"] = Quantities(goods);
    Emit(std::move(event));
  }

  void Move(const char* step, const char* disposition, const std::string& unit,
            const SampleOperator& from, const SampleOperator& to, const SampleOperator& place) {
    Json event = Event("ObjectEvent", step, disposition, place);
    event["action"] = "OBSERVE";
    event["epcList"] = Json::array({unit});
    SetRoute(from, to, &event);
    Emit(std::move(event));
  }

  void Transform(const std::vector<Quantity>& inputs, const std::vector<Quantity>& outputs,
                 const std::string& process, const SampleOperator& place) {
    Json event = Event("TransformationEvent", "creating_class_instance", "active", place);
    if (!inputs.empty()) event["inputQuantityList"] = Quantities(inputs);
    if (!outputs.empty()) event["outputQuantityList"] = Quantities(outputs);
    if (!process.empty()) event["transformationID"] = process;
    Emit(std::move(event));
  }

  void Slaughter() {
    const int64_t total = Total(animals_) * 72 / 100;
    for (int i = 0; i < kCarcassLots; ++i)
      carcasses_.push_back({NewLot(200), total / kCarcassLots});
    Transform(animals_, carcasses_, "", Producer());
  }

  // Cutting takes the carcasses in, packing gives the packs out: one process, two events.
  void Pack() {
    const std::string process =
        absl::StrFormat("urn:epc:id:gdti:6909999.0%04d.%d", static_cast<int>(producer_), number_);
    Transform(carcasses_, {}, process, Producer());
    const int64_t total = Total(carcasses_) * 94 / 100;
    for (int i = 0; i < kPackLots; ++i) {
      packs_.push_back({NewLot(300 + static_cast<int>(producer_)), total / kPackLots});
    }
    Transform({}, packs_, process, Producer());
  }

  void Distribute() {
    const std::vector<Quantity> first(packs_.begin(), packs_.begin() + kPackLots / 2);
    const std::vector<Quantity> second(packs_.begin() + kPackLots / 2, packs_.end());
    Carry(first, Producer(), Wholesaler());
    Carry(second, Producer(), Wholesaler());
  }

  // Each pack lot is split over two canteens; four of the canteens record their meals.
  void Serve() {
    for (int i = 0; i < kPackLots; ++i) {
      for (const int half : {0, 1}) {
        const size_t canteen = (number_ * 7 + i + half * 5) % kSchoolCanteens;
        const Quantity part = {packs_[i].lot, packs_[i].kilograms / 2};
        Deliver(part, Wholesaler(), Canteen(canteen));
        if (i == 0) canteens_.push_back(canteen);
        if (half == 0 && i < kMealLots) {
          Transform({part}, {{NewLot(400), part.kilograms * 2}}, "", Canteen(canteen));
        }
      }
    }
    if (number_ == kStoryRound) RememberStory();
  }

  void RememberStory() {
    chain_->story_lot = packs_[0].lot;
    chain_->story_producer = producer_;
    chain_->story_wholesaler = wholesaler_;
    chain_->story_canteens = canteens_;
  }

  static int64_t Total(const std::vector<Quantity>& goods) {
    int64_t total = 0;
    for (const Quantity& item : goods) total += item.kilograms;
    return total;
  }

  SampleRandom& random_;
  const std::vector<SampleOperator>& operators_;
  const std::vector<SampleOperator>& farms_;
  const int number_;
  Chain* chain_;
  absl::Time time_;
  size_t producer_ = 0, wholesaler_ = 0;
  int lot_ = 0, unit_ = 0;
  std::vector<Quantity> animals_, carcasses_, packs_;
  std::vector<size_t> canteens_;
};

}  // namespace

Chain MakeChain(SampleRandom& random, const std::vector<SampleOperator>& operators,
                const std::vector<SampleOperator>& farms) {
  Chain chain;
  for (int round = 0; round < kRounds; ++round) {
    Round(random, operators, farms, round, &chain).Make();
  }
  std::stable_sort(chain.events.begin(), chain.events.end(), [](const Json& a, const Json& b) {
    return a["eventTime"].get_ref<const std::string&>() <
           b["eventTime"].get_ref<const std::string&>();
  });
  return chain;
}

Json EpcisDocument(std::vector<Json> events) {
  return {
      {"@context", Json::array({"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"})},
      {"type", "EPCISDocument"},
      {"schemaVersion", "2.0"},
      {"creationDate", events.back()["eventTime"]},
      {"epcisBody", {{"eventList", std::move(events)}}}};
}

}  // namespace shian::ctl
