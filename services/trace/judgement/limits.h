#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace shian::trace::limits {

inline constexpr int kBalanceEventsDefault = 1'000;
inline constexpr int kBalanceEventsMax = 2'000;
// A balance runs inside a read transaction, which ends after two seconds.
inline constexpr absl::Duration kBalanceTime = absl::Milliseconds(1'200);
// How often, in events, a scan of the graph looks at the clock.
inline constexpr uint32_t kEventsPerClockCheck = 65'536;
inline constexpr absl::Duration kPeriodMax = absl::Hours(24 * 366);
inline constexpr size_t kOperatorBytesMax = 100;
// Of the question for completeness; events of the period in all, and those that are read for lots.
inline constexpr int kKeyOperatorsMax = 500;
inline constexpr int kPrefixCountMax = 100;
inline constexpr size_t kCompletenessScanMax = 1'000'000;
inline constexpr size_t kCompletenessEventsMax = 5'000;
// Mentions of lots that are looked at for where they came from, and events of one lot that are read
// for it.
inline constexpr int64_t kSourceMentionsMax = 2'000'000;
inline constexpr size_t kArrivalEventsMax = 20;
// Days of the list of last days.
inline constexpr int kWithinDaysMax = 366;
inline constexpr int kExpiredDaysMax = 3'660;
inline constexpr int kYearMin = 1900;
inline constexpr int kYearMax = 2999;
// Last days read at once, and looked at for one page.
inline constexpr int kExpiryStep = 200;
inline constexpr int64_t kExpiryLookedAtMax = 2'000;
inline constexpr absl::Duration kExpiryTime = absl::Milliseconds(1'000);
inline constexpr size_t kExpiryPlacesMax = 20;
// Events of a lot at one place that are added up; one with more counts as still there.
inline constexpr int kStockEventsMax = 50;
// Places in the order of capture that one write of last days goes through; events with ILMD in it,
// which may be large; rows after which no further event is taken; and writes in one round.
inline constexpr int64_t kIndexRun = 20'000;
inline constexpr int kIndexEvents = 200;
inline constexpr size_t kIndexRows = 5'000;
inline constexpr int kIndexStepsMax = 50;
// Of the cold chain. A question runs inside a read transaction, as a balance does.
inline constexpr absl::Duration kColdTime = absl::Milliseconds(1'200);
inline constexpr int kColdEventsDefault = 2'000;
inline constexpr int kColdEventsMax = 10'000;
inline constexpr int64_t kColdEdgesDefault = 200'000;
inline constexpr int64_t kColdEdgesMax = 2'000'000;
inline constexpr size_t kColdSamplesMax = 100'000;
// Of what an event says: a longer device is known by its digest, a longer unit is not named.
inline constexpr size_t kDeviceBytesMax = 200;
inline constexpr size_t kSensorUomBytesMax = 20;
inline constexpr size_t kBandKeyBytesMax = 100;
inline constexpr int kRefusalsShownMax = 20;
// Of excursions that are told: events looked at together, lots that one run is about and that one
// unit may stand for, events that speak of one of them, samples around a new one, alerts of a lot
// in that time, and how long a round takes.
inline constexpr int kAlertEvents = 20;
inline constexpr size_t kAlertSubjectsMax = 500;
inline constexpr size_t kAlertEventsMax = 500;
inline constexpr absl::Duration kAlertAround = absl::Hours(24);
inline constexpr int kAlertsOfLotMax = 1'000;
inline constexpr absl::Duration kAlertTime = absl::Milliseconds(800);
// Places in the order of capture that are looked through for sensors before the clock is.
inline constexpr int64_t kAlertScan = 500;
// Of imbalances that are told: events looked at together, processes and lots that these are about,
// events of one of them, records of the units that one event empties, identifiers of events that
// are kept for others, how long they take, and how long a round of several such does.
inline constexpr int kImbalanceEvents = 50;
inline constexpr size_t kImbalanceSubjectsMax = 500;
inline constexpr size_t kImbalanceEventsMax = 200;
inline constexpr int64_t kImbalanceRecordsMax = 100'000;
inline constexpr size_t kImbalanceLinksKept = 50'000;
inline constexpr absl::Duration kImbalanceTime = absl::Milliseconds(400);
inline constexpr absl::Duration kImbalanceRound = absl::Milliseconds(2'000);
// Of a refusal.
inline constexpr int kRefusedEpcsMax = 50;
inline constexpr size_t kRefusalPageBytesMax = 1 << 20;
inline constexpr size_t kRefusalRemarkCodePointsMax = 500;
inline constexpr size_t kVehicleCodePointsMax = 50;
inline constexpr size_t kTemperatureBytesMax = 50;
// Named events and units in an answer; the counts beside them are exact.
inline constexpr size_t kListedMax = 100;

}  // namespace shian::trace::limits
