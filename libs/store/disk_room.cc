#include "libs/store/disk_room.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <limits>

#include "libs/store/limits.h"

namespace shian::store {

DiskRoom RoomAt(const std::string& path) {
  struct statvfs system;
  if (statvfs(path.c_str(), &system) != 0) {
    return {std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::max()};
  }
  const auto unit = static_cast<int64_t>(system.f_frsize);
  return {static_cast<int64_t>(system.f_bavail) * unit,
          static_cast<int64_t>(system.f_blocks) * unit};
}

bool IsLow(const DiskRoom& room) {
  return room.free_bytes <=
         std::min(limits::kRoomBytesMin, room.total_bytes / 100 * limits::kRoomPercentMin);
}

}  // namespace shian::store
