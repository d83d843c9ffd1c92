#include "services/trace/genealogy/records.h"

#include <cstring>
#include <iterator>
#include <type_traits>
#include <utility>

#include "absl/base/config.h"
#include "absl/status/status.h"
#include "libs/base/check.h"

namespace shian::trace {
namespace {

#ifndef ABSL_IS_LITTLE_ENDIAN
#error "kept records are little endian"
#endif

// The first bytes of what Pack gives; another layout gets another number.
constexpr uint64_t kLayout = 0x3230475254484953;

template <class T>
void Move(std::vector<T>* from, std::vector<T>* to) {
  if (to->empty()) {
    to->swap(*from);
    return;
  }
  to->insert(to->end(), std::make_move_iterator(from->begin()),
             std::make_move_iterator(from->end()));
}

// Columns one after the other, each with its length before it. Rows are written field by field:
// what lies between the fields of a struct never leaves the process.
class Writer {
 public:
  template <class T>
  void Put(T value) {
    static_assert(std::is_integral_v<T>);
    out_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  template <class Row, class... Field>
  void Columns(const std::vector<Row>& rows, Field Row::*... field) {
    Put<uint64_t>(rows.size());
    (Column(rows, field), ...);
  }
  void Texts(const std::vector<std::string>& texts) {
    Put<uint64_t>(texts.size());
    for (const std::string& text : texts) Put(static_cast<uint32_t>(text.size()));
    for (const std::string& text : texts) out_ += text;
  }
  template <class T>
  void Numbers(const std::vector<T>& numbers) {
    Put<uint64_t>(numbers.size());
    for (const T number : numbers) Put(number);
  }
  std::string Take() { return std::move(out_); }

 private:
  template <class Row, class Field>
  void Column(const std::vector<Row>& rows, Field Row::*field) {
    for (const Row& row : rows) {
      if constexpr (std::is_enum_v<Field>) {
        Put(static_cast<uint8_t>(row.*field));
      } else {
        Put(row.*field);
      }
    }
  }
  std::string out_;
};

class Reader {
 public:
  explicit Reader(absl::string_view bytes) : bytes_(bytes) {}
  bool ok() const { return ok_; }
  bool done() const { return ok_ && bytes_.empty(); }

  template <class T>
  T Get() {
    T value = 0;
    const absl::string_view raw = Take(sizeof(value));
    if (ok_) std::memcpy(&value, raw.data(), sizeof(value));
    return value;
  }
  template <class Row, class... Field>
  void Columns(std::vector<Row>* rows, Field Row::*... field) {
    rows->resize(Count());
    (Column(rows, field), ...);
  }
  void Texts(std::vector<std::string>* texts) {
    std::vector<uint32_t> sizes;
    Numbers(&sizes);
    texts->reserve(sizes.size());
    for (const uint32_t size : sizes) texts->emplace_back(Take(size));
  }
  template <class T>
  void Numbers(std::vector<T>* numbers) {
    numbers->resize(Count());
    const absl::string_view raw = Take(numbers->size() * sizeof(T));
    if (!raw.empty()) std::memcpy(numbers->data(), raw.data(), raw.size());
  }

 private:
  // Each row takes a byte at the least, so a false count costs no more than the bytes do.
  size_t Count() {
    const uint64_t count = Get<uint64_t>();
    if (count > bytes_.size()) ok_ = false;
    return ok_ ? count : 0;
  }
  absl::string_view Take(size_t size) {
    if (!ok_ || size > bytes_.size()) {
      ok_ = false;
      return {};
    }
    const absl::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  template <class Row, class Field>
  void Column(std::vector<Row>* rows, Field Row::*field) {
    using Stored = std::conditional_t<std::is_enum_v<Field>, uint8_t, Field>;
    const absl::string_view raw = Take(rows->size() * sizeof(Stored));
    const char* at = raw.data();
    if (!ok_) return;
    for (Row& row : *rows) {
      Stored value;
      std::memcpy(&value, at, sizeof(value));
      row.*field = static_cast<Field>(value);
      at += sizeof(value);
    }
  }

  absl::string_view bytes_;
  bool ok_ = true;
};

// The layout, once for both ways.
template <class Coder, class AnyRecords>
void Code(Coder& coder, AnyRecords* records) {
  auto& r = *records;
  coder.Columns(r.events, &EventRow::time, &EventRow::place, &EventRow::source,
                &EventRow::destination, &EventRow::step, &EventRow::action);
  coder.Columns(r.moments, &Moment::event, &Moment::recorded);
  coder.Columns(r.processes, &ProcessRow::event, &ProcessRow::name);
  coder.Columns(r.inputs, &Flow::lot, &Flow::process, &Flow::event);
  coder.Columns(r.outputs, &Flow::lot, &Flow::process, &Flow::event);
  coder.Columns(r.containments, &Containment::child, &Containment::parent, &Containment::event,
                &Containment::action, &Containment::quantity_micros);
  coder.Columns(r.touches, &Touch::lot, &Touch::event, &Touch::role);
  coder.Columns(r.masks, &Mask::event, &Mask::masked_from);
  coder.Texts(r.lots);
  coder.Texts(r.places);
  coder.Texts(r.names);
  coder.Texts(r.steps);
  coder.Numbers(r.kinds);
  coder.Numbers(r.process_of_name);
}

// Lets one text serve both: the reader wants addresses.
class ByReference {
 public:
  explicit ByReference(Reader& reader) : reader_(reader) {}
  template <class Row, class... Field>
  void Columns(std::vector<Row>& rows, Field Row::*... field) {
    reader_.Columns(&rows, field...);
  }
  void Texts(std::vector<std::string>& texts) { reader_.Texts(&texts); }
  template <class T>
  void Numbers(std::vector<T>& numbers) {
    reader_.Numbers(&numbers);
  }

 private:
  Reader& reader_;
};

}  // namespace

bool Records::IsFollowedBy(const Records& next) const {
  return next.first == end && next.first_lot == first_lot + lots.size() &&
         next.first_place == first_place + places.size() &&
         next.first_process == first_process + processes.size() &&
         next.first_name == first_name + names.size() &&
         next.first_step == first_step + steps.size();
}

Records Records::After() const {
  Records next;
  next.first = next.end = end;
  next.first_lot = first_lot + static_cast<NodeId>(lots.size());
  next.first_place = first_place + static_cast<uint32_t>(places.size());
  next.first_process = first_process + static_cast<uint32_t>(processes.size());
  next.first_name = first_name + static_cast<uint32_t>(names.size());
  next.first_step = first_step + static_cast<uint32_t>(steps.size());
  return next;
}

void Records::Append(Records&& next) {
  SHIAN_CHECK(IsFollowedBy(next)) << "records were joined that do not follow each other";
  end = next.end;
  Move(&next.events, &events);
  Move(&next.moments, &moments);
  Move(&next.lots, &lots);
  Move(&next.places, &places);
  Move(&next.names, &names);
  Move(&next.steps, &steps);
  Move(&next.kinds, &kinds);
  Move(&next.processes, &processes);
  Move(&next.process_of_name, &process_of_name);
  Move(&next.inputs, &inputs);
  Move(&next.outputs, &outputs);
  Move(&next.containments, &containments);
  Move(&next.touches, &touches);
  Move(&next.masks, &masks);
}

std::string Pack(const Records& records) {
  Writer writer;
  writer.Put(kLayout);
  for (const uint32_t number : {records.first, records.end, records.first_lot, records.first_place,
                                records.first_process, records.first_name, records.first_step}) {
    writer.Put(number);
  }
  Code(writer, &records);
  return writer.Take();
}

absl::StatusOr<Records> Unpack(absl::string_view bytes) {
  Reader reader(bytes);
  Records records;
  const bool known = reader.Get<uint64_t>() == kLayout;
  for (uint32_t* number : {&records.first, &records.end, &records.first_lot, &records.first_place,
                           &records.first_process, &records.first_name, &records.first_step}) {
    *number = reader.Get<uint32_t>();
  }
  ByReference coder(reader);
  if (known) Code(coder, &records);
  const bool whole = reader.done() && records.kinds.size() == records.lots.size() &&
                     records.events.size() == records.end - records.first;
  if (!known || !whole) return absl::DataLossError("kept records of the graph do not decode");
  return records;
}

}  // namespace shian::trace
