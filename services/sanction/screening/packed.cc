#include "services/sanction/screening/packed.h"

#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/time.h"

namespace shian::sanction {
namespace {

constexpr uint32_t kWord = sizeof(char32_t);

// How the words are laid out: the head, the names, the entries, then what they point to.
struct Head {
  uint32_t op_at;
  uint32_t code_at;
  uint32_t names;
  uint32_t entries;
  uint32_t natural_person;
};

struct PackedName {
  uint32_t whole_low, whole_high;
  std::array<uint16_t, names::kPlacesMax> places;
  uint8_t place_count, leading, form, latin;
  uint32_t brand, trade, branch;  // characters
  uint32_t text_at;
  uint32_t written_at;
};

struct PackedEntry {
  uint32_t id_at;
  uint32_t ground;
  int32_t until;  // days since 1970-01-01
  uint32_t moments;
  uint32_t moments_at;
};

struct PackedMoment {
  uint32_t act;
  std::array<uint32_t, 2> time;  // microseconds
  std::array<uint32_t, 2> recorded;
};

std::array<uint32_t, 2> Halves(int64_t value) {
  const auto bits = static_cast<uint64_t>(value);
  return {static_cast<uint32_t>(bits), static_cast<uint32_t>(bits >> 32)};
}

absl::Time TimeOf(const std::array<uint32_t, 2>& halves) {
  return absl::FromUnixMicros(
      static_cast<int64_t>((uint64_t{halves[1]} << 32) | uint64_t{halves[0]}));
}

class Writer {
 public:
  template <class T>
  uint32_t Reserve(size_t count) {
    static_assert(sizeof(T) % kWord == 0 && std::is_trivially_copyable_v<T>);
    const auto at = static_cast<uint32_t>(words_.size());
    words_.resize(words_.size() + count * sizeof(T) / kWord);
    return at;
  }
  template <class T>
  void Set(uint32_t at, size_t index, const T& value) {
    std::memcpy(&words_[at + index * sizeof(T) / kWord], &value, sizeof(T));
  }
  // A length and the bytes.
  uint32_t Bytes(absl::string_view bytes) {
    const auto at = static_cast<uint32_t>(words_.size());
    words_.push_back(static_cast<uint32_t>(bytes.size()));
    words_.resize(words_.size() + (bytes.size() + kWord - 1) / kWord);
    if (!bytes.empty()) std::memcpy(&words_[at + 1], bytes.data(), bytes.size());
    return at;
  }
  uint32_t Characters(names::TextView text) {
    const auto at = static_cast<uint32_t>(words_.size());
    words_.insert(words_.end(), text.begin(), text.end());
    return at;
  }
  const std::vector<char32_t>& words() const { return words_; }

 private:
  std::vector<char32_t> words_;
};

template <class T>
T Get(const char32_t* words, uint32_t at, size_t index) {
  T value;
  std::memcpy(&value, words + at + index * sizeof(T) / kWord, sizeof(T));
  return value;
}

constexpr uint32_t kNamesAt = sizeof(Head) / kWord;

uint32_t EntriesAt(const Head& head) {
  return kNamesAt + static_cast<uint32_t>(head.names * sizeof(PackedName) / kWord);
}

PackedName PackName(const std::string& written, Writer* writer) {
  const names::Name name = names::Parse(written);
  const names::NameView view = name.View();
  PackedName out = {};
  out.whole_low = static_cast<uint32_t>(view.whole);
  out.whole_high = static_cast<uint32_t>(view.whole >> 32);
  out.places = view.places;
  out.place_count = view.place_count;
  out.leading = view.leading;
  out.form = view.form;
  out.latin = view.latin ? 1 : 0;
  out.brand = static_cast<uint32_t>(view.brand.size());
  out.trade = static_cast<uint32_t>(view.trade.size());
  out.branch = static_cast<uint32_t>(view.branch.size());
  out.text_at = writer->Characters(view.brand);
  writer->Characters(view.trade);
  writer->Characters(view.branch);
  out.written_at = writer->Bytes(written);
  return out;
}

PackedEntry PackEntry(const ListedEntry& entry, uint32_t ground, Writer* writer) {
  PackedEntry out = {};
  out.id_at = writer->Bytes(entry.id.value());
  out.ground = ground;
  out.until = static_cast<int32_t>(entry.times.until - Date(1970, 1, 1));
  out.moments = static_cast<uint32_t>(entry.times.moments.size());
  out.moments_at = writer->Reserve<PackedMoment>(out.moments);
  for (size_t i = 0; i < entry.times.moments.size(); ++i) {
    const EntryMoment& moment = entry.times.moments[i];
    writer->Set(out.moments_at, i,
                PackedMoment{static_cast<uint32_t>(moment.act), Halves(ToMicros(moment.time)),
                             Halves(ToMicros(moment.recorded))});
  }
  return out;
}

}  // namespace

const GroundText& GroundTexts::At(uint32_t number) const {
  absl::ReaderMutexLock lock(&mutex_);
  return *texts_[number];
}

std::vector<bool> GroundTexts::Of(const std::set<std::string>& lists) const {
  absl::ReaderMutexLock lock(&mutex_);
  std::vector<bool> out;
  out.reserve(texts_.size());
  for (const auto& text : texts_) {
    out.push_back(lists.empty() ? text->joint_effect : lists.contains(text->list));
  }
  return out;
}

uint32_t GroundTexts::NumberOf(const ListedEntry& entry) {
  const std::string key =
      absl::StrCat(entry.list, "\n", entry.joint_effect ? "joint" : "", "\n", entry.ground_title,
                   "\n", entry.basis.statute, "\n", entry.basis.article);
  absl::MutexLock lock(&mutex_);
  const auto [found, fresh] = numbers_.emplace(key, static_cast<uint32_t>(texts_.size()));
  if (fresh) {
    texts_.push_back(std::make_unique<GroundText>(
        GroundText{entry.list, entry.joint_effect, entry.ground_title, entry.basis}));
  }
  return found->second;
}

bool GroundTexts::Save(ImageWriter* out) const {
  absl::ReaderMutexLock lock(&mutex_);
  out->Number(texts_.size());
  for (const auto& text : texts_) {
    out->Text(text->list);
    out->Number(text->joint_effect ? 1 : 0);
    out->Text(text->ground_title);
    out->Text(text->basis.statute);
    out->Text(text->basis.article);
  }
  return out->good();
}

bool GroundTexts::Load(ImageReader* in) {
  const uint64_t count = in->Number();
  for (uint64_t i = 0; i < count && in->good(); ++i) {
    ListedEntry entry;
    entry.list = in->Text();
    entry.joint_effect = in->Number() != 0;
    entry.ground_title = in->Text();
    entry.basis.statute = in->Text();
    entry.basis.article = in->Text();
    if (in->good() && NumberOf(entry) != i) return false;
  }
  return in->good();
}

PackedParty::PackedParty(absl::string_view words)
    : words_(std::make_unique_for_overwrite<char32_t[]>(words.size() / kWord)),
      size_(static_cast<uint32_t>(words.size() / kWord)) {
  std::memcpy(words_.get(), words.data(), bytes());
}

PackedParty::PackedParty(const Listed& listed, GroundTexts* grounds) {
  Writer writer;
  Head head = {};
  head.names = static_cast<uint32_t>(listed.names.size());
  head.entries = static_cast<uint32_t>(listed.entries.size());
  head.natural_person = listed.party.natural_person ? 1 : 0;
  const uint32_t head_at = writer.Reserve<Head>(1);
  const uint32_t names_at = writer.Reserve<PackedName>(head.names);
  const uint32_t entries_at = writer.Reserve<PackedEntry>(head.entries);
  head.op_at = writer.Bytes(listed.party.op.value());
  // A legal person's id is its code.
  const bool same = listed.party.code == listed.party.op.value();
  head.code_at = same ? head.op_at : writer.Bytes(listed.party.code);
  for (size_t i = 0; i < listed.names.size(); ++i) {
    writer.Set(names_at, i, PackName(listed.names[i], &writer));
  }
  for (size_t i = 0; i < listed.entries.size(); ++i) {
    const ListedEntry& entry = listed.entries[i];
    writer.Set(entries_at, i, PackEntry(entry, grounds->NumberOf(entry), &writer));
  }
  writer.Set(head_at, 0, head);
  size_ = static_cast<uint32_t>(writer.words().size());
  words_ = std::make_unique<char32_t[]>(size_);
  std::memcpy(words_.get(), writer.words().data(), bytes());
}

absl::string_view PackedParty::Bytes(uint32_t at) const {
  return {reinterpret_cast<const char*>(&words_[at + 1]), words_[at]};
}

absl::string_view PackedParty::op() const { return Bytes(Get<Head>(words_.get(), 0, 0).op_at); }

absl::string_view PackedParty::code() const { return Bytes(Get<Head>(words_.get(), 0, 0).code_at); }

size_t PackedParty::names() const { return Get<Head>(words_.get(), 0, 0).names; }

size_t PackedParty::entries() const { return Get<Head>(words_.get(), 0, 0).entries; }

names::NameView PackedParty::name(size_t number) const {
  const auto packed = Get<PackedName>(words_.get(), kNamesAt, number);
  const char32_t* const text = &words_[packed.text_at];
  names::NameView view;
  view.brand = {text, packed.brand};
  view.trade = {text + packed.brand, packed.trade};
  view.branch = {text + packed.brand + packed.trade, packed.branch};
  view.places = packed.places;
  view.place_count = packed.place_count;
  view.leading = packed.leading;
  view.form = packed.form;
  view.latin = packed.latin != 0;
  view.whole = (uint64_t{packed.whole_high} << 32) | packed.whole_low;
  return view;
}

absl::string_view PackedParty::written(size_t number) const {
  return Bytes(Get<PackedName>(words_.get(), kNamesAt, number).written_at);
}

EntryTimes PackedParty::times(size_t number) const {
  const uint32_t at = EntriesAt(Get<Head>(words_.get(), 0, 0));
  const auto packed = Get<PackedEntry>(words_.get(), at, number);
  EntryTimes times;
  times.until = Date(1970, 1, 1) + packed.until;
  times.moments.reserve(packed.moments);
  for (size_t i = 0; i < packed.moments; ++i) {
    const auto moment = Get<PackedMoment>(words_.get(), packed.moments_at, i);
    times.moments.push_back(
        {static_cast<EntryAct>(moment.act), TimeOf(moment.time), TimeOf(moment.recorded)});
  }
  return times;
}

uint32_t PackedParty::ground(size_t number) const {
  const uint32_t at = EntriesAt(Get<Head>(words_.get(), 0, 0));
  return Get<PackedEntry>(words_.get(), at, number).ground;
}

Party PackedParty::party() const {
  Party party;
  party.op = OperatorId(std::string(op()));
  party.code = std::string(code());
  // The name in use is the last one.
  if (names() > 0) party.name = std::string(written(names() - 1));
  party.natural_person = Get<Head>(words_.get(), 0, 0).natural_person != 0;
  return party;
}

ListedEntry PackedParty::entry(size_t number, const GroundTexts& grounds) const {
  const uint32_t at = EntriesAt(Get<Head>(words_.get(), 0, 0));
  const auto packed = Get<PackedEntry>(words_.get(), at, number);
  const GroundText& ground = grounds.At(packed.ground);
  ListedEntry entry;
  entry.id = EntryId(std::string(Bytes(packed.id_at)));
  entry.list = ground.list;
  entry.joint_effect = ground.joint_effect;
  entry.ground_title = ground.ground_title;
  entry.basis = ground.basis;
  entry.times = times(number);
  return entry;
}

}  // namespace shian::sanction
