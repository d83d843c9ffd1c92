#pragma once

namespace shian::store {
class Store;
}
namespace shian::telemetry {
class Telemetry;
}

namespace shian::rpc {

class FeedClient;

// Series of the store's own counters and of one feed, asked for at scrape time.
void AddStoreMetrics(telemetry::Telemetry& telemetry, const store::Store& store);
void AddFeedMetrics(telemetry::Telemetry& telemetry, const FeedClient& feed);

}  // namespace shian::rpc
