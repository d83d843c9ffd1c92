#pragma once

#include <cstdint>
#include <string>

namespace shian::store {

struct DiskRoom {
  int64_t free_bytes = 0;  // for a process without privileges
  int64_t total_bytes = 0;
};

// The file system that holds `path`. When it does not say, there is room: a full disk is noticed by
// the write that meets it.
DiskRoom RoomAt(const std::string& path);

// Whether writes should stop while reads, the log and an orderly end still have room.
bool IsLow(const DiskRoom& room);

}  // namespace shian::store
