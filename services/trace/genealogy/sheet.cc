#include "services/trace/genealogy/sheet.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/csv.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "services/trace/capture/json.h"
#include "services/trace/capture/json_text.h"

namespace shian::trace {
namespace {

constexpr char kContext[] = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";
constexpr char kUtf8Mark[] = "\xEF\xBB\xBF";

const char* WordOf(EventType type) {
  switch (type) {
    case EventType::kObject:
      return "对象事件";
    case EventType::kAggregation:
      return "聚合事件";
    case EventType::kTransformation:
      return "转化事件";
    case EventType::kAssociation:
      return "关联事件";
    case EventType::kTransaction:
      return "交易事件";
  }
  return "";
}

const char* WordOf(Action action) {
  switch (action) {
    case Action::kAdd:
      return "新增";
    case Action::kObserve:
      return "观察";
    case Action::kDelete:
      return "删除";
    case Action::kNone:
      break;
  }
  return "";
}

const char* WordOf(Role role) {
  switch (role) {
    case Role::kObject:
      return "对象";
    case Role::kParent:
      return "容器";
    case Role::kChild:
      return "内装物";
    case Role::kInput:
      return "投入";
    case Role::kOutput:
      return "产出";
  }
  return "";
}

// What belongs to the event and not to one identifier is repeated in each line, so that a table can
// be filtered, but for long lists.
constexpr size_t kRepeatedBytesMax = 500;

std::string PartiesText(const std::vector<Party>& parties) {
  return absl::StrJoin(
      parties, " ", [](std::string* out, const Party& each) { absl::StrAppend(out, each.party); });
}

// The items of a context, each as it was written.
void AddItems(const json::Value& context, std::vector<std::string>* items) {
  if (!context.IsArray()) return items->emplace_back(context.source), void();
  for (const json::Value& item : context.items) items->emplace_back(item.source);
}

}  // namespace

std::string SheetHead() {
  return absl::StrCat(kUtf8Mark,
                      CsvLine({"事件时间", "事件类型", "动作", "业务步骤", "角色", "标识", "数量",
                               "计量单位", "地点", "地点主体", "来源", "去向", "去向主体", "单据",
                               "生产过程", "事件", "报送系统", "登记时间"}));
}

absl::StatusOr<std::string> SheetLines(const SheetEvent& of, const OperatorFinder& operator_at) {
  const Event& event = of.event;
  const std::string place = event.biz_location.empty() ? event.read_point : event.biz_location;
  std::string operator_name, receiver;
  if (!place.empty()) {
    ASSIGN_OR_RETURN(operator_name, operator_at(place));
  }
  for (size_t i = 0; i < event.destinations.size() && receiver.empty(); ++i) {
    ASSIGN_OR_RETURN(receiver, operator_at(event.destinations[i].party));
  }
  std::string sources = PartiesText(event.sources), destinations = PartiesText(event.destinations);
  std::string papers = absl::StrJoin(
      event.transactions, " ",
      [](std::string* out, const BizTransaction& each) { absl::StrAppend(out, each.transaction); });
  std::vector<Link> links = event.links;
  if (links.empty()) links.emplace_back();
  std::string lines;
  for (const Link& link : links) {
    lines +=
        CsvLine({FormatTime(event.time), WordOf(event.type), WordOf(event.action), event.biz_step,
                 link.epc.empty() ? "" : WordOf(link.role), link.epc, link.quantity, link.uom,
                 place, operator_name, sources, destinations, receiver, papers,
                 event.transformation_id, of.name, of.system, FormatTime(of.recorded)},
                true);
    for (std::string* long_one : {&sources, &destinations, &papers}) {
      if (long_one->size() > kRepeatedBytesMax) long_one->clear();
    }
  }
  return lines;
}

std::string DocumentHead(absl::Time created) {
  return absl::StrCat("{\"@context\":[\"", kContext,
                      "\"],\"type\":\"EPCISDocument\",\"schemaVersion\":\"2.0\",\"creationDate\":",
                      json::Quoted(FormatTime(created)), ",\"epcisBody\":{\"eventList\":[\n");
}

std::string DocumentEvent(const Event& event) {
  json::Value value, context;
  if (json::Parse(event.json, &value) != nullptr || !value.IsObject()) return event.json;
  std::vector<std::string> contexts, members;
  if (json::Parse(event.context_json, &context) == nullptr) AddItems(context, &contexts);
  if (contexts == std::vector<std::string>{json::Quoted(kContext)}) return event.json;
  if (const json::Value* own = value.Find("@context")) AddItems(*own, &contexts);
  members.push_back(absl::StrCat("\"@context\":[", absl::StrJoin(contexts, ","), "]"));
  for (size_t i = 0; i < value.keys.size(); ++i) {
    if (value.keys[i] == "@context") continue;
    members.push_back(absl::StrCat(json::Quoted(value.keys[i]), ":", value.items[i].source));
  }
  return absl::StrCat("{", absl::StrJoin(members, ","), "}");
}

}  // namespace shian::trace
