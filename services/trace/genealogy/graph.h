// The lot graph in memory: lots and processes as nodes, so that a process with n inputs and m
// outputs costs n + m edges; containment as dated records; and where each lot was seen. It only
// grows: a correction masks events from some place in the order of capture on, so any earlier state
// can still be asked for.
//
// A graph is a value of few words: parts of the order of capture that never change, and which
// events are masked. A copy is a snapshot; adding to one graph leaves its copies as they were. New
// events make a small part, and small parts are merged into larger ones, here or by who serves the
// graph.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/trace/capture/captured.h"
#include "services/trace/genealogy/limits.h"
#include "services/trace/genealogy/masks.h"
#include "services/trace/genealogy/part.h"

namespace shian::trace {

// A state of the graph: everything captured up to `upto`, as corrected by then.
struct View {
  int64_t upto = 0;
};

class Graph {
 public:
  // Takes in what was captured after last(), in its order.
  void Apply(const CapturedBatch& batch) { Add(Number(batch)); }
  // The same in two steps: with the numbers that this graph gives, and as kept records give them.
  Records Number(const CapturedBatch& batch) const;
  void Add(Records&& records);

  // Sequence of the last event taken in, declarations included.
  int64_t last() const { return last_; }
  View Now() const { return {last_}; }
  // What was known at `time`.
  View KnownAt(absl::Time time) const;

  // kNone when it was never captured.
  NodeId Find(absl::string_view epc) const;
  absl::string_view NameView(NodeId lot) const;
  std::string NameOf(NodeId lot) const { return std::string(NameView(lot)); }
  EpcKind KindOf(NodeId lot) const;
  std::string PlaceName(uint32_t place) const;
  uint32_t FindPlace(absl::string_view place) const;
  // The number of a business step, a web URI, that a process ever had.
  uint32_t FindStep(absl::string_view step) const;
  // The transformation id; empty when the process is its one event.
  std::string TransformationOf(ProcessId process) const;
  // The event of a process without transformation id.
  EventIndex EventOf(ProcessId process) const;
  const EventRow& EventAt(EventIndex event) const;
  size_t lot_count() const { return lot_count_; }
  size_t process_count() const { return process_count_; }
  bool has_containments() const { return has_containments_; }

  bool Visible(EventIndex event, View view) const {
    return event <= view.upto && !masks_.Covers(event, view.upto);
  }

  // Each calls `fn(record)` for the visible records, in the order of capture.
  template <class Fn>
  void InputsOf(ProcessId process, View view, Fn fn) const {
    for (const Held& held : parts_) {
      held.part->InputsOf(process, Seen(held, view, fn));
    }
  }
  template <class Fn>
  void OutputsOf(ProcessId process, View view, Fn fn) const {
    for (const Held& held : parts_) {
      held.part->OutputsOf(process, Seen(held, view, fn));
    }
  }
  template <class Fn>
  void UsesOf(NodeId lot, View view, Fn fn) const {
    for (const Held& held : parts_) held.part->UsesOf(lot, Seen(held, view, fn));
  }
  template <class Fn>
  void MakersOf(NodeId lot, View view, Fn fn) const {
    for (const Held& held : parts_) held.part->MakersOf(lot, Seen(held, view, fn));
  }
  template <class Fn>
  void RecordsOfChild(NodeId child, View view, Fn fn) const {
    for (const Held& held : parts_) held.part->RecordsOfChild(child, SeenRecord(view, fn));
  }
  template <class Fn>
  void RecordsOfParent(NodeId parent, View view, Fn fn) const {
    for (const Held& held : parts_) held.part->RecordsOfParent(parent, SeenRecord(view, fn));
  }
  template <class Fn>
  void TouchesOf(NodeId lot, View view, Fn fn) const {
    for (const Held& held : parts_) held.part->TouchesOf(lot, SeenRecord(view, fn));
  }
  // Whether `fn(record)` is true of any visible one; none after the first such is asked about.
  template <class Fn>
  bool AnyUseOf(NodeId lot, View view, Fn fn) const {
    return AnyPart([&](const Part& part) {
      return part.AnyUseOf(
          lot, [&](const auto& flow) { return Visible(flow.event(), view) && fn(flow); });
    });
  }
  template <class Fn>
  bool AnyMakerOf(NodeId lot, View view, Fn fn) const {
    return AnyPart([&](const Part& part) {
      return part.AnyMakerOf(
          lot, [&](const auto& flow) { return Visible(flow.event(), view) && fn(flow); });
    });
  }
  template <class Fn>
  bool AnyInputOf(ProcessId process, View view, Fn fn) const {
    return AnyPart([&](const Part& part) {
      return part.AnyInputOf(
          process, [&](const auto& flow) { return Visible(flow.event(), view) && fn(flow); });
    });
  }
  template <class Fn>
  bool AnyOutputOf(ProcessId process, View view, Fn fn) const {
    return AnyPart([&](const Part& part) {
      return part.AnyOutputOf(
          process, [&](const auto& flow) { return Visible(flow.event(), view) && fn(flow); });
    });
  }
  template <class Fn>
  bool AnyTouchOf(NodeId lot, View view, Fn fn) const {
    return AnyPart([&](const Part& part) {
      return part.AnyTouchOf(
          lot, [&](const Touch& touch) { return Visible(touch.event, view) && fn(touch); });
    });
  }
  // See Part::ProcessedAt; parts one after the other, and events that are not visible too.
  template <class Fn>
  void ProcessedAt(uint32_t place, int64_t from, int64_t to, Fn fn) const {
    for (const Held& held : parts_) held.part->ProcessedAt(place, from, to, fn);
  }
  // Records of a unit that was emptied whole; few even for a crate that goes round for years.
  template <class Fn>
  void EmptyingsOf(NodeId parent, View view, Fn fn) const {
    for (const Held& held : parts_) held.part->EmptyingsOf(parent, SeenRecord(view, fn));
  }
  bool IsContainer(NodeId lot) const;

  // The part that holds most, for a walk that fetches ahead (see Part); null when there is none.
  const Part* largest() const;

  // Parts that are worth merging, or none; they are left alone until the merged one takes their
  // places by Replace. Parts that are added meanwhile stay.
  using PartPtr = std::shared_ptr<const Part>;
  std::vector<PartPtr> BeginMerge();
  static PartPtr Merge(const std::vector<PartPtr>& parts);
  void Replace(const std::vector<PartPtr>& old, PartPtr merged);
  // All three at once; false when nothing is worth it.
  bool MergeOnce();

  // Parts of so few records are merged where they are added.
  void MergeAtOnce(size_t most) { merged_at_once_ = most; }
  void MergeUpTo(size_t records) { part_records_max_ = records; }

  size_t part_count() const { return parts_.size(); }
  std::vector<PartPtr> parts() const;
  Part::Bytes bytes() const;
  size_t flow_count() const;
  size_t input_count() const;

 private:
  friend class Numbering;
  struct Held {
    PartPtr part;
    EventIndex end = 0;
    bool masked = false;  // some of its events were ever declared wrong
  };

  // Lets only visible flows through to `fn`. Where nothing is hidden, events are not looked at.
  template <class Fn>
  auto Seen(const Held& held, View view, Fn& fn) const {
    const bool all = !held.masked && int64_t{held.end} - 1 <= view.upto;
    return [this, all, view, &fn](const Part::FlowRef& flow) {
      if (all || Visible(flow.event(), view)) fn(flow);
    };
  }
  template <class Fn>
  auto SeenRecord(View view, Fn& fn) const {
    return [this, view, &fn](const auto& record) {
      if (Visible(record.event, view)) fn(record);
    };
  }
  template <class Fn>
  bool AnyPart(Fn fn) const {
    return std::any_of(parts_.begin(), parts_.end(),
                       [&fn](const Held& held) { return fn(*held.part); });
  }
  void Hold(PartPtr part);
  void MergeTail();
  void Put(const std::vector<PartPtr>& old, PartPtr merged);

  int64_t last_ = 0;
  int64_t last_recorded_ = std::numeric_limits<int64_t>::min();
  size_t lot_count_ = 0, process_count_ = 0, place_count_ = 0, name_count_ = 0, step_count_ = 0;
  bool has_containments_ = false;
  size_t merged_at_once_ = limits::kMergedAtOnceMax;
  size_t part_records_max_ = limits::kPartRecordsMax;
  EventIndex merging_ = 0;  // parts before it are being merged
  std::vector<Held> parts_;
  Masks masks_;
};

}  // namespace shian::trace
