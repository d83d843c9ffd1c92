#include "libs/rpc/store_metrics.h"

#include <limits>

#include "libs/rpc/feed_client.h"
#include "libs/store/store.h"
#include "libs/telemetry/metrics.h"

namespace shian::rpc {
namespace {

using store::StoreStats;

struct Series {
  const char* name;
  const char* help;
  double (*value)(const StoreStats&);
};

template <auto member>
double Of(const StoreStats& stats) {
  return static_cast<double>(stats.*member);
}

constexpr Series kGauges[] = {
    {"shian_store_writer_queue_depth", "Writes that wait for their batch.",
     Of<&StoreStats::queue_depth>},
    {"shian_store_last_commit_seconds", "Time of the last commit.",
     Of<&StoreStats::last_commit_seconds>},
    {"shian_store_connections", "Connections to a database that are in use; 0 with a file.",
     Of<&StoreStats::connections>},
    {"shian_store_standby_age_seconds",
     "How far the standby may lie behind the primary; infinite while nothing is known, 0 without.",
     Of<&StoreStats::standby_age_seconds>},
};

constexpr Series kGaugesOfFile[] = {
    {"shian_store_wal_bytes", "Size of the write-ahead log.", Of<&StoreStats::wal_bytes>},
    {"shian_store_oldest_read_seconds", "Age of the oldest open read transaction.",
     Of<&StoreStats::oldest_read_seconds>},
    {"shian_store_free_bytes", "Room on the disk of the store.", Of<&StoreStats::free_bytes>},
    {"shian_store_low_room", "1 while writes are refused because the disk has too little room.",
     Of<&StoreStats::low_room>},
};

constexpr Series kCounters[] = {
    {"shian_store_writes_total", "Writes that were committed.", Of<&StoreStats::writes>},
    {"shian_store_batches_total", "Commits.", Of<&StoreStats::batches>},
    {"shian_store_commit_seconds_total", "Time spent in commits.", Of<&StoreStats::commit_seconds>},
    {"shian_store_expired_total", "Writes dropped because their deadline had passed.",
     Of<&StoreStats::expired>},
    {"shian_store_full_total", "Writes and batches that found the disk full or nearly so.",
     Of<&StoreStats::full>},
    {"shian_store_busy_total", "Times another process held the file: must stay 0.",
     Of<&StoreStats::busy>},
    {"shian_store_damaged_rows_total", "Rows whose digest did not match.",
     Of<&StoreStats::damaged_rows>},
    // Of a database; with a file they stay 0.
    {"shian_store_conflicts_total", "Transactions that ran again because another came first.",
     Of<&StoreStats::conflicts>},
    {"shian_store_lost_total", "Transactions that lost their connection to the database.",
     Of<&StoreStats::lost>},
    {"shian_store_standby_reads_total", "Reads that a standby answered.",
     Of<&StoreStats::standby_reads>},
    {"shian_store_standby_passed_total",
     "Reads that a standby might have answered, but was away, too old or not as far as asked.",
     Of<&StoreStats::standby_passed>},
};

template <size_t count>
void AddGauges(telemetry::Telemetry& telemetry, const store::Store& store,
               const Series (&gauges)[count]) {
  for (const Series& series : gauges) {
    telemetry.AddGauge(series.name, series.help, {},
                       [&store, value = series.value] { return value(store.stats()); });
  }
}

}  // namespace

void AddStoreMetrics(telemetry::Telemetry& telemetry, const store::Store& store) {
  AddGauges(telemetry, store, kGauges);
  for (const Series& series : kCounters) {
    telemetry.AddCounter(series.name, series.help, {},
                         [&store, value = series.value] { return value(store.stats()); });
  }
  if (!store.many_writers()) AddGauges(telemetry, store, kGaugesOfFile);
}

void AddFeedMetrics(telemetry::Telemetry& telemetry, const FeedClient& feed) {
  const telemetry::Telemetry::Labels labels = {{"peer", feed.position().peer}};
  telemetry.AddGauge("shian_feed_lag_entries", "Facts of a peer that have not taken effect here.",
                     labels, [&feed] {
                       // Another process follows and tells; an alert passes over what is no number.
                       if (!feed.follows()) return std::numeric_limits<double>::quiet_NaN();
                       const FeedPosition at = feed.position();
                       return static_cast<double>(at.head - at.position);
                     });
  telemetry.AddGauge("shian_feed_connected", "1 while the stream from a peer is open.", labels,
                     [&feed] {
                       if (!feed.follows()) return std::numeric_limits<double>::quiet_NaN();
                       return feed.position().connected ? 1.0 : 0.0;
                     });
}

}  // namespace shian::rpc
