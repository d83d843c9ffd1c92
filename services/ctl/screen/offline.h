#ifndef SHIAN_SERVICES_CTL_SCREEN_OFFLINE_H_
#define SHIAN_SERVICES_CTL_SCREEN_OFFLINE_H_

#include "absl/time/time.h"
#include "services/ctl/snapshot/snapshot.h"
#include "services/sanction/screening/index.h"
#include "shian/sanction/v1/screening_service.pb.h"

namespace shian::ctl {

// The lists of a snapshot, answering as the service would that made it.
class OfflineLists {
 public:
  // Whoever asks has verified the snapshot and its time.
  explicit OfflineLists(const SnapshotFile& snapshot);

  // Subjects one by one, with what stands in the snapshot as of `now`. No evidence hash: a court
  // asks the service.
  shian::sanction::v1::ScreenStreamResponse Answer(
      const shian::sanction::v1::ScreenStreamRequest& question, absl::Time now) const;

 private:
  sanction::Index index_;
};

}  // namespace shian::ctl

#endif  // SHIAN_SERVICES_CTL_SCREEN_OFFLINE_H_
