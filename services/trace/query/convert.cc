#include "services/trace/query/convert.h"

#include <algorithm>
#include <limits>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "services/trace/capture/convert.h"
#include "services/trace/capture/epc.h"
#include "services/trace/capture/vocabulary.h"
#include "services/trace/query/limits.h"

namespace shian::trace::query {
namespace {

using errors::Violations;
using google::protobuf::Timestamp;

// The first `most` of a list in a request, each with its field's name; more are refused.
template <class List, class Fn>
void Each(const List& list, int most, const char* name, Violations* wrong, Fn fn) {
  if (list.size() > most) {
    wrong->Add(name, {absl::StrCat("must be at most ", most), absl::StrCat("最多", most, "个"),
                      "TOO_MANY"});
  }
  for (int i = 0; i < std::min(list.size(), most); ++i) {
    fn(list.Get(i), absl::StrCat(name, "[", i, "]"));
  }
}

template <class List>
std::set<std::string> Texts(const List& list, const std::string& name, Violations* wrong) {
  std::set<std::string> texts;
  Each(list, limits::kQueryValuesMax, name.c_str(), wrong,
       [&](const std::string& text, const std::string& field) {
         if (text.empty() || text.size() > limits::kQueryValueBytesMax) {
           wrong->Add(field, {"must have 1 to 500 bytes", "应为1至500字节", "LENGTH"});
         }
         texts.insert(text);
       });
  return texts;
}

template <class List>
std::set<std::string> Epcs(const List& list, const std::string& name, Violations* wrong) {
  std::set<std::string> epcs;
  for (const std::string& text : Texts(list, name, wrong)) {
    epcs.insert(capture::ToEpc(text, name, wrong));
  }
  return epcs;
}

template <class List>
std::set<std::string> Words(Vocabulary vocabulary, const List& list, const char* name,
                            Violations* wrong) {
  std::set<std::string> words;
  Each(list, limits::kQueryValuesMax, name, wrong,
       [&](const std::string& word, const std::string& field) {
         words.insert(capture::ToWebUri(vocabulary, word, field, wrong));
       });
  return words;
}

TimeRange Range(bool has_from, const Timestamp& from, const char* from_name, bool has_to,
                const Timestamp& to, const char* to_name, Violations* wrong) {
  TimeRange range;
  if (has_from) range.from = ToMicros(capture::ToTime(true, from, {}, from_name, wrong));
  if (has_to) range.to = ToMicros(capture::ToTime(true, to, {}, to_name, wrong));
  return range;
}

// An enum in a request, the same numbers here; 0 and what is not known are refused.
template <class To, class From>
To Known(From value, bool known, const std::string& field, Violations* wrong) {
  if (!known || static_cast<int>(value) == 0) {
    wrong->Add(field, {"must be a known value", "应为已定义的取值", "ENUM_UNKNOWN"});
  }
  return static_cast<To>(value);
}

EpcPart Part(v1::EpcPart part, const std::string& field, Violations* wrong) {
  return Known<EpcPart>(part, v1::EpcPart_IsValid(part), field + ".part", wrong);
}
Comparison Compared(v1::Comparison how, const std::string& field, Violations* wrong) {
  return Known<Comparison>(how, v1::Comparison_IsValid(how), field + ".comparison", wrong);
}

template <class List>
std::vector<TypedMatch> Typed(Vocabulary vocabulary, const List& list, const char* name,
                              Violations* wrong) {
  std::vector<TypedMatch> matches;
  Each(list, limits::kQueryMatchesMax, name, wrong,
       [&](const v1::TypedMatch& match, const std::string& field) {
         const std::string type = match.type().empty() ? ""
                                                       : capture::ToWebUri(vocabulary, match.type(),
                                                                           field + ".type", wrong);
         if (match.values().empty()) {
           wrong->Add(field + ".values", {"is required", "不能为空", "REQUIRED"});
         }
         matches.push_back({type, Epcs(match.values(), field + ".values", wrong)});
       });
  return matches;
}

void AddKinds(const v1::QueryEventsRequest& in, EventQuery* query, Violations* wrong) {
  for (const int type : in.event_types()) {
    query->types.insert(Known<EventType>(type, v1::EventType_IsValid(type), "event_types", wrong));
  }
  for (const int action : in.actions()) {
    query->actions.insert(Known<Action>(action, v1::EventAction_IsValid(action), "actions", wrong));
  }
}

void AddTimes(const v1::QueryEventsRequest& in, EventQuery* query, Violations* wrong) {
  query->time = Range(in.has_from_event_time(), in.from_event_time(), "from_event_time",
                      in.has_to_event_time(), in.to_event_time(), "to_event_time", wrong);
  query->recorded = Range(in.has_from_record_time(), in.from_record_time(), "from_record_time",
                          in.has_to_record_time(), in.to_record_time(), "to_record_time", wrong);
  query->declared =
      Range(in.has_from_declaration_time(), in.from_declaration_time(), "from_declaration_time",
            in.has_to_declaration_time(), in.to_declaration_time(), "to_declaration_time", wrong);
}

void AddValues(const v1::QueryEventsRequest& in, EventQuery* query, Violations* wrong) {
  query->biz_steps = Words(Vocabulary::kBizStep, in.biz_steps(), "biz_steps", wrong);
  query->dispositions = Words(Vocabulary::kDisposition, in.dispositions(), "dispositions", wrong);
  query->persistent_set = Words(Vocabulary::kDisposition, in.persistent_dispositions_set(),
                                "persistent_dispositions_set", wrong);
  query->persistent_unset = Words(Vocabulary::kDisposition, in.persistent_dispositions_unset(),
                                  "persistent_dispositions_unset", wrong);
  query->reasons = Words(Vocabulary::kErrorReason, in.error_reasons(), "error_reasons", wrong);
  query->read_points = Epcs(in.read_points(), "read_points", wrong);
  query->biz_locations = Epcs(in.biz_locations(), "biz_locations", wrong);
  // In the one form that a GS1 key has, as they are captured.
  for (const std::string& text : Texts(in.transformation_ids(), "transformation_ids", wrong)) {
    query->transformations.insert(CanonicalUri(text));
  }
  query->event_ids = Texts(in.event_ids(), "event_ids", wrong);
  query->corrective_ids = Texts(in.corrective_event_ids(), "corrective_event_ids", wrong);
  query->declarations_only = in.declarations_only();
}

void AddMatches(const v1::QueryEventsRequest& in, EventQuery* query, Violations* wrong) {
  Each(in.epc_matches(), limits::kQueryMatchesMax, "epc_matches", wrong,
       [&](const v1::EpcMatch& match, const std::string& field) {
         if (match.epcs().empty()) {
           wrong->Add(field + ".epcs", {"is required", "不能为空", "REQUIRED"});
         }
         query->epcs.push_back(
             {Part(match.part(), field, wrong), Epcs(match.epcs(), field + ".epcs", wrong)});
       });
  query->transactions =
      Typed(Vocabulary::kBizTransactionType, in.biz_transactions(), "biz_transactions", wrong);
  query->sources = Typed(Vocabulary::kSourceDestType, in.sources(), "sources", wrong);
  query->destinations =
      Typed(Vocabulary::kSourceDestType, in.destinations(), "destinations", wrong);
  Each(in.quantities(), limits::kQueryMatchesMax, "quantities", wrong,
       [&](const v1::QuantityMatch& match, const std::string& field) {
         QuantityMatch to = {Part(match.part(), field, wrong),
                             Compared(match.comparison(), field, wrong), 0, match.uom()};
         if (!absl::SimpleAtod(match.value(), &to.value)) {
           wrong->Add(field + ".value", {"must be a decimal number", "应为十进制数", "NUMBER"});
         }
         query->quantities.push_back(to);
       });
  Each(in.predicates(), limits::kQueryMatchesMax, "predicates", wrong,
       [&](const v1::EventPredicate& predicate, const std::string& field) {
         if (predicate.path().empty() || predicate.path_size() > limits::kQueryPathMax) {
           wrong->Add(field + ".path", {"must have 1 to 16 names", "应为1至16个名称", "LENGTH"});
         }
         query->predicates.push_back({{predicate.path().begin(), predicate.path().end()},
                                      Compared(predicate.comparison(), field, wrong),
                                      predicate.value()});
       });
}

}  // namespace

absl::StatusOr<EventQuery> ToQuery(const v1::QueryEventsRequest& in) {
  Violations wrong;
  EventQuery query;
  AddKinds(in, &query, &wrong);
  AddTimes(in, &query, &wrong);
  AddValues(in, &query, &wrong);
  AddMatches(in, &query, &wrong);
  RETURN_IF_ERROR(wrong.ToStatus());
  return query;
}

capture::EventFilter ToFilter(const EventQuery& query) {
  capture::EventFilter filter;
  // Only what an index answers: the rest is looked at event by event, so that a page has its bound.
  filter.from_micros = std::numeric_limits<int64_t>::min();
  filter.to_micros = std::numeric_limits<int64_t>::max();
  if (query.event_ids.size() == 1) filter.event_id = *query.event_ids.begin();
  for (const EpcMatch& match : query.epcs) {
    if (match.epcs.size() == 1) filter.epc = *match.epcs.begin();
  }
  return filter;
}

}  // namespace shian::trace::query
