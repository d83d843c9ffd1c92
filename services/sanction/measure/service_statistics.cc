// What is asked of the catalogue and of all measures together.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/status_macros.h"
#include "services/sanction/listing/store.h"
#include "services/sanction/measure/limits.h"
#include "services/sanction/measure/service.h"
#include "services/sanction/measure/statistics.h"
#include "services/sanction/measure/store.h"
#include "services/sanction/party/limits.h"
#include "shian/policy/v1/measure.pb.h"

namespace shian::sanction {
namespace {

using convert::Reader;
using Need = Reader::Need;

// Ids are UUIDs of version 7, which begin with the milliseconds at which they were made: none that
// was made before `time` comes after this.
std::string FirstIdAt(absl::Time time) {
  const int64_t milliseconds = absl::ToUnixMillis(time);
  return absl::StrFormat("%08x-%04x", milliseconds >> 16, milliseconds & 0xffff);
}

Date ToDay(const char* field, const common::v1::Date& day, Reader* reader) {
  const Date date(day.year(), day.month(), day.day());
  const bool real = day.year() >= 1900 && day.year() <= 9999 && date.month() == day.month() &&
                    date.day() == day.day();
  if (!real) reader->Wrong(field, {"must be a day", "应为有效日期"});
  return real ? date : Date(1970, 1, 1);
}

struct Question {
  MeasureSpan measures;
  Span span;
};

absl::StatusOr<Question> ToQuestion(const rpc::Call& call,
                                    const v1::GetMeasureStatisticsRequest& in) {
  Reader reader;
  Question question;
  MeasureSpan& measures = question.measures;
  measures.region = reader.Region("region", in.region(), Need::kOptional);
  measures.system = reader.Line("system", in.system(), limits::kIdCharsMax, Need::kOptional);
  const Date from = ToDay("from", in.from(), &reader);
  const Date to = ToDay("to", in.to(), &reader);
  if (to < from || to - from >= limits::kCountedDaysMax) {
    reader.Wrong("to", {"must not lie before from, nor more than 366 days after it",
                        "不得早于起始日期，且不得晚于其后366日"});
  }
  RETURN_IF_ERROR(reader.ToStatus());
  if (measures.region.empty()) measures.region = call.system().region;
  RETURN_IF_ERROR(call.RequireRegion(measures.region));
  if (IsDepartment(call)) measures.system = call.system().id;
  question.span = {StartOfDay(from), StartOfDay(to + 1)};
  measures.from = question.span.from;
  measures.before = FirstIdAt(question.span.to);
  measures.limit = limits::kCountedMeasuresMax + 1;
  return question;
}

// Measures of one entry follow each other, so the last one looked up is kept.
absl::Status CloseAt(store::ReadTx& tx, absl::Time known_at, std::optional<Entry>* last,
                     Measure* measure) {
  if (!*last || (*last)->op != measure->op || (*last)->id != measure->entry) {
    ASSIGN_OR_RETURN(*last, FindEntry(tx, measure->op, measure->entry));
  }
  if (*last) Close(**last, known_at, measure);
  return absl::OkStatus();
}

// As they were known just before the end of the span.
absl::StatusOr<std::vector<Measure>> MeasuresOf(store::ReadTx& tx, const policy::Policies& policies,
                                                const Question& question) {
  ASSIGN_OR_RETURN(std::vector<Measure> found, MeasuresOrderedBefore(tx, question.measures));
  if (found.size() > limits::kCountedMeasuresMax) {
    return errors::InvalidField(
        "region", {"holds too many measures to count at once; ask by department or division",
                   "范围内措施过多，请按部门或下级区划查询"});
  }
  const absl::Time known_at = question.span.to - absl::Microseconds(1);
  std::optional<Entry> last;
  std::vector<Measure> measures;
  for (Measure& measure : found) {
    std::optional<Measure> then = AsOf(std::move(measure), known_at, known_at);
    if (!then) continue;
    RETURN_IF_ERROR(CloseAt(tx, known_at, &last, &*then));
    RETURN_IF_ERROR(convert::FillClocks(tx, policies, &*then));
    measures.push_back(*std::move(then));
  }
  return measures;
}

void ToProto(std::vector<absl::Duration> durations, v1::MeasureTimes* out) {
  const Times times = TimesOf(std::move(durations));
  out->set_count(times.count);
  out->set_median_seconds(absl::ToInt64Seconds(times.median));
  out->set_percentile_95_seconds(absl::ToInt64Seconds(times.percentile_95));
}

void ToProto(StatisticsRow row, v1::MeasureStatistics* out) {
  out->set_system(row.system);
  out->set_department_title(row.department_title);
  out->set_item(row.item);
  out->set_title(row.title);
  out->set_ordered(row.ordered);
  out->set_acknowledged(row.acknowledged);
  out->set_acknowledged_late(row.acknowledged_late);
  out->set_reported(row.reported);
  out->set_reported_late(row.reported_late);
  out->set_applied(row.applied);
  out->set_objected(row.objected);
  out->set_withdrawn(row.withdrawn);
  out->set_lifted(row.lifted);
  out->set_confirmed(row.confirmed);
  out->set_open(row.open);
  out->set_overdue(row.overdue);
  ToProto(std::move(row.response), out->mutable_response());
  ToProto(std::move(row.feedback), out->mutable_feedback());
  ToProto(std::move(row.lifting), out->mutable_lifting());
}

}  // namespace

MeasureService::Reactor* MeasureService::ListMeasureItems(Context* context,
                                                          const v1::ListMeasureItemsRequest* in,
                                                          v1::ListMeasureItemsResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::ListMeasureItemsRequest& in, store::ReadTx& tx,
             v1::ListMeasureItemsResponse* out) -> absl::Status {
        Reader reader;
        const std::string id =
            reader.Line("catalogue", in.catalogue(), limits::kIdCharsMax, Need::kRequired);
        const Date on = in.has_on() ? ToDay("on", in.on(), &reader) : ToDate(call.now());
        RETURN_IF_ERROR(reader.ToStatus());
        ASSIGN_OR_RETURN(const auto catalogue,
                         edge_.policies().InForce<policy::v1::MeasureCatalogue>(tx, id, on));
        for (const policy::v1::MeasureRule& rule : catalogue.policy().measures()) {
          *out->add_items() = convert::ToProto(rule);
        }
        out->set_policy_revision(catalogue.revision);
        return absl::OkStatus();
      });
}

MeasureService::Reactor* MeasureService::GetMeasureStatistics(
    Context* context, const v1::GetMeasureStatisticsRequest* in,
    v1::GetMeasureStatisticsResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::GetMeasureStatisticsRequest& in, store::ReadTx& tx,
             v1::GetMeasureStatisticsResponse* out) -> absl::Status {
        ASSIGN_OR_RETURN(const Question question, ToQuestion(call, in));
        ASSIGN_OR_RETURN(const std::vector<Measure> measures,
                         MeasuresOf(tx, edge_.policies(), question));
        for (StatisticsRow& row : CountMeasures(measures, question.span)) {
          ToProto(std::move(row), out->add_rows());
        }
        return absl::OkStatus();
      });
}

}  // namespace shian::sanction
