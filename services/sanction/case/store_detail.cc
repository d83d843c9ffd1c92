#include "services/sanction/case/store_detail.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/store/fact_table.h"

namespace shian::sanction {
namespace {

using store::FactTable;
using store::Row;
using store::Sql;
using store::Values;

const FactTable& Details() {
  static const auto* const kTable = new FactTable(
      "case_detail", {"operator", "case_id", "sequence", "name", "number", "word"}, 4);
  return *kTable;
}

// The rows of one act.
class Rows {
 public:
  void Number(const char* name, int64_t value) { rows_[name].first = value; }
  void Word(const std::string& name, const std::string& value) { rows_[name].second = value; }
  void Numbered(const std::string& name, int64_t value) { rows_[name].first = value; }
  void Day(const char* name, const std::optional<Date>& day) {
    if (day) Word(name, FormatDate(*day));
  }

  int64_t number(const std::string& name) const {
    const auto found = rows_.find(name);
    return found == rows_.end() ? 0 : found->second.first;
  }
  std::string word(const std::string& name) const {
    const auto found = rows_.find(name);
    return found == rows_.end() ? "" : found->second.second;
  }
  bool has(const std::string& name) const { return rows_.contains(name); }
  std::optional<Date> day(const std::string& name) const {
    const absl::StatusOr<Date> day = ParseDate(word(name));
    return day.ok() ? std::optional(*day) : std::nullopt;
  }
  const std::map<std::string, std::pair<int64_t, std::string>>& all() const { return rows_; }

 private:
  std::map<std::string, std::pair<int64_t, std::string>> rows_;
};

// Neither persons nor card numbers hold a tab or a line feed.
std::string EncodeOfficers(const std::vector<CaseOfficer>& officers) {
  return absl::StrJoin(officers, "\n", [](std::string* out, const CaseOfficer& officer) {
    absl::StrAppend(out, officer.person, "\t", officer.card);
  });
}

std::vector<CaseOfficer> DecodeOfficers(absl::string_view text) {
  std::vector<CaseOfficer> officers;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(line, absl::MaxSplits('\t', 1));
    officers.push_back({parts.first, parts.second});
  }
  return officers;
}

constexpr absl::string_view kPacket = "packet.";
constexpr absl::string_view kScore = "score.";

void Write(const Filing& filing, Rows* rows) {
  rows->Number("procedure", static_cast<int>(filing.procedure));
  rows->Number("harm", filing.harm ? 1 : 0);
  rows->Day("violation_end", filing.violation_end);
  if (filing.time_bar_clock.empty()) return;
  rows->Word("time_bar_clock", filing.time_bar_clock);
  rows->Word("time_bar_revision", filing.time_bar_revision);
}

// A case that was filed before there were procedures went by the general one.
Filing ReadFiling(const Rows& rows) {
  Filing filing;
  if (rows.has("procedure")) filing.procedure = static_cast<Procedure>(rows.number("procedure"));
  filing.harm = rows.number("harm") != 0;
  filing.violation_end = rows.day("violation_end");
  filing.time_bar_clock = rows.word("time_bar_clock");
  filing.time_bar_revision = rows.word("time_bar_revision");
  return filing;
}

void Write(const Evidence& evidence, Rows* rows) {
  rows->Number("kind", static_cast<int>(evidence.kind));
  rows->Number("gathered", ToMicros(evidence.gathered));
  rows->Word("officers", EncodeOfficers(evidence.officers));
}

Evidence ReadEvidence(const Rows& rows) {
  Evidence evidence;
  evidence.kind = static_cast<EvidenceKind>(rows.number("kind"));
  evidence.gathered = FromMicros(rows.number("gathered"));
  evidence.officers = DecodeOfficers(rows.word("officers"));
  return evidence;
}

void Write(const Custody& custody, Rows* rows) {
  rows->Number("taken", custody.taken);
  rows->Number("extension_days", custody.extension_days);
  if (custody.outcome) rows->Number("outcome", static_cast<int>(*custody.outcome));
}

Custody ReadCustody(const Rows& rows) {
  Custody custody;
  custody.taken = static_cast<int>(rows.number("taken"));
  custody.extension_days = static_cast<int>(rows.number("extension_days"));
  if (rows.has("outcome")) custody.outcome = static_cast<CustodyOutcome>(rows.number("outcome"));
  return custody;
}

void Write(const Facts& facts, Rows* rows) {
  rows->Word("violation", facts.violation);
  rows->Number("goods_fen", facts.goods_fen);
  rows->Number("months", facts.months);
  rows->Number("deaths", facts.deaths);
  rows->Number("ill", facts.ill);
  rows->Number("false_information", facts.false_information ? 1 : 0);
  rows->Number("evasion", facts.evasion ? 1 : 0);
  rows->Number("sentenced", facts.sentenced ? 1 : 0);
}

Facts ReadFacts(const Rows& rows) {
  Facts facts;
  facts.violation = rows.word("violation");
  facts.goods_fen = rows.number("goods_fen");
  facts.months = static_cast<int>(rows.number("months"));
  facts.deaths = static_cast<int>(rows.number("deaths"));
  facts.ill = static_cast<int>(rows.number("ill"));
  facts.false_information = rows.number("false_information") != 0;
  facts.evasion = rows.number("evasion") != 0;
  facts.sentenced = rows.number("sentenced") != 0;
  return facts;
}

void Write(const Transfer& transfer, Rows* rows) {
  rows->Word("officers", EncodeOfficers(transfer.officers));
  rows->Word("authority", transfer.authority);
  rows->Number("official_involved", transfer.official_involved ? 1 : 0);
  rows->Number("approved", transfer.approved ? 1 : 0);
  rows->Number("to_procuratorate", transfer.copied_to_procuratorate ? 1 : 0);
  rows->Number("to_supervision", transfer.copied_to_supervision ? 1 : 0);
  if (transfer.answer) rows->Number("answer", static_cast<int>(*transfer.answer));
  for (const auto& [key, sha256] : transfer.packet) rows->Word(absl::StrCat(kPacket, key), sha256);
}

Transfer ReadTransfer(const Rows& rows) {
  Transfer transfer;
  transfer.officers = DecodeOfficers(rows.word("officers"));
  transfer.authority = rows.word("authority");
  transfer.official_involved = rows.number("official_involved") != 0;
  transfer.approved = rows.number("approved") != 0;
  transfer.copied_to_procuratorate = rows.number("to_procuratorate") != 0;
  transfer.copied_to_supervision = rows.number("to_supervision") != 0;
  if (rows.has("answer")) transfer.answer = static_cast<PoliceAnswer>(rows.number("answer"));
  for (const auto& [name, value] : rows.all()) {
    absl::string_view key = name;
    if (absl::ConsumePrefix(&key, kPacket)) transfer.packet[std::string(key)] = value.second;
  }
  return transfer;
}

void Write(const FileReview& review, Rows* rows) {
  rows->Number("mending_required", review.mending_required ? 1 : 0);
  rows->Number("points", review.points);
  rows->Number("points_max", review.points_max);
  for (const auto& [key, points] : review.scores) rows->Numbered(absl::StrCat(kScore, key), points);
}

FileReview ReadReview(const Rows& rows) {
  FileReview review;
  review.mending_required = rows.number("mending_required") != 0;
  review.points = static_cast<int>(rows.number("points"));
  review.points_max = static_cast<int>(rows.number("points_max"));
  for (const auto& [name, value] : rows.all()) {
    absl::string_view key = name;
    if (absl::ConsumePrefix(&key, kScore)) {
      review.scores[std::string(key)] = static_cast<int>(value.first);
    }
  }
  return review;
}

void Write(const ChosenRung& rung, Rows* rows) {
  rows->Word("rung_table", rung.table);
  rows->Word("rung_violation", rung.violation);
  rows->Number("rung_level", rung.level);
  rows->Word("rung_revision", rung.revision);
}

ChosenRung ReadRung(const Rows& rows) {
  ChosenRung rung;
  rung.table = rows.word("rung_table");
  rung.violation = rows.word("rung_violation");
  rung.level = static_cast<int>(rows.number("rung_level"));
  rung.revision = rows.word("rung_revision");
  return rung;
}

void Write(const PeriodStep& period, Rows* rows) {
  rows->Number("days", period.days);
  rows->Number("begun", period.begun);
  rows->Word("ground", period.ground);
  rows->Day("last_day", period.last_day);
}

PeriodStep ReadPeriod(const Rows& rows) {
  return {static_cast<int>(rows.number("days")), rows.word("ground"),
          static_cast<int>(rows.number("begun")), rows.day("last_day")};
}

void Write(const Hearing& hearing, Rows* rows) {
  if (hearing.end) return rows->Number("end", static_cast<int>(*hearing.end));
  rows->Number("start", ToMicros(hearing.start));
  rows->Word("place", hearing.place);
  rows->Word("presider", hearing.presider);
  rows->Number("closed", hearing.closed ? 1 : 0);
  rows->Word("method", hearing.service_method);
}

Hearing ReadHearing(const Rows& rows) {
  Hearing hearing;
  if (rows.has("end")) hearing.end = static_cast<HearingEnd>(rows.number("end"));
  hearing.start = FromMicros(rows.number("start"));
  hearing.place = rows.word("place");
  hearing.presider = rows.word("presider");
  hearing.closed = rows.number("closed") != 0;
  hearing.service_method = rows.word("method");
  return hearing;
}

Rows RowsOf(const Event& event) {
  Rows rows;
  const Detail& detail = event.detail;
  if (detail.filing) Write(*detail.filing, &rows);
  if (detail.evidence) Write(*detail.evidence, &rows);
  if (detail.custody) Write(*detail.custody, &rows);
  if (detail.facts) Write(*detail.facts, &rows);
  if (detail.transfer) Write(*detail.transfer, &rows);
  if (detail.review) Write(*detail.review, &rows);
  if (detail.period) Write(*detail.period, &rows);
  if (detail.hearing) Write(*detail.hearing, &rows);
  if (detail.answer) {
    rows.Word("finding", detail.answer->key);
    rows.Number("accepted", detail.answer->accepted ? 1 : 0);
  }
  if (detail.supervision) {
    rows.Day("due", detail.supervision->due);
    rows.Number("passed", detail.supervision->passed ? 1 : 0);
  }
  if (detail.outcome) rows.Number("outcome", static_cast<int>(*detail.outcome));
  if (event.penalty && event.penalty->discretion) Write(*event.penalty->discretion, &rows);
  return rows;
}

// Which detail an act has follows from the act alone.
void Read(const Rows& rows, Event* event) {
  Detail& detail = event->detail;
  if (event->act == Act::kFiled) detail.filing = ReadFiling(rows);
  if (event->act == Act::kEvidenceGathered) detail.evidence = ReadEvidence(rows);
  if (event->act >= Act::kPreserved && event->act <= Act::kSeizedReleased) {
    detail.custody = ReadCustody(rows);
  }
  if (event->act == Act::kFactsStated) detail.facts = ReadFacts(rows);
  if (event->act >= Act::kTransferReported && event->act <= Act::kPoliceAnswered) {
    detail.transfer = ReadTransfer(rows);
  }
  if (event->act == Act::kFileReviewed) detail.review = ReadReview(rows);
  if (event->act == Act::kFindingAnswered) {
    detail.answer = {rows.word("finding"), rows.number("accepted") != 0};
  }
  if (event->act == Act::kSupervisionOpened || event->act == Act::kSupervisionChecked) {
    detail.supervision = {rows.day("due"), rows.number("passed") != 0};
  }
  if (event->act == Act::kClosed) {
    detail.outcome = static_cast<CaseOutcome>(rows.number("outcome"));
  }
  if (event->act >= Act::kPeriodExtended && event->act <= Act::kPeriodResumed) {
    detail.period = ReadPeriod(rows);
  }
  if (event->act == Act::kHearingNotified || event->act == Act::kHearingEnded) {
    detail.hearing = ReadHearing(rows);
  }
  if (event->penalty && rows.has("rung_table")) event->penalty->discretion = ReadRung(rows);
}

}  // namespace

absl::Status PutDetail(store::WriteTx& tx, const Case& c, const Event& event) {
  const Matter matter = {c.op, "cases/" + c.id.value()};
  const auto put = [&](const char* part, const std::string& text) {
    return PutText(tx, matter, event.sequence, part, text);
  };
  const Rows rows = RowsOf(event);
  for (const auto& [name, value] : rows.all()) {
    RETURN_IF_ERROR(Details().Insert(
        tx, Values(c.op.value(), c.id.value(), event.sequence, name, value.first, value.second)));
  }
  if (event.detail.evidence) {
    RETURN_IF_ERROR(put("place", event.detail.evidence->place));
    RETURN_IF_ERROR(put("proves", event.detail.evidence->proves));
  }
  if (event.detail.custody) {
    RETURN_IF_ERROR(put("place", event.detail.custody->place));
    RETURN_IF_ERROR(put("items", event.detail.custody->items));
  }
  if (!event.penalty || !event.penalty->discretion) return absl::OkStatus();
  return put("departure", event.penalty->discretion->departure_reason);
}

absl::Status ReadDetails(store::ReadTx& tx, Case* c) {
  ASSIGN_OR_RETURN(const auto rows,
                   Details().Select(tx, Sql{"WHERE operator = $1 AND case_id = $2"},
                                    Values(c->op.value(), c->id.value())));
  std::map<int64_t, Rows> by_event;
  for (const Row& row : rows) {
    by_event[row.Int(2)].Numbered(row.Text(3), row.Int(4));
    by_event[row.Int(2)].Word(row.Text(3), row.Text(5));
  }
  for (Event& event : c->events) Read(by_event[event.sequence], &event);
  return absl::OkStatus();
}

void PlaceDetailText(const Written& written, Event* event) {
  Detail& detail = event->detail;
  if (detail.evidence && written.part == "place") detail.evidence->place = written.text;
  if (detail.evidence && written.part == "proves") detail.evidence->proves = written.text;
  if (detail.custody && written.part == "place") detail.custody->place = written.text;
  if (detail.custody && written.part == "items") detail.custody->items = written.text;
  if (event->penalty && event->penalty->discretion && written.part == "departure") {
    event->penalty->discretion->departure_reason = written.text;
  }
}

}  // namespace shian::sanction
