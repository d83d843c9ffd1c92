#include "services/ctl/trace/show.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "libs/base/time.h"
#include "nlohmann/json.hpp"
#include "services/ctl/session/invoke.h"
#include "services/ctl/text/csv.h"

namespace shian::ctl {
namespace {

namespace pb = shian::trace::v1;
using Rows = std::vector<std::vector<std::string>>;

constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

std::string TimeText(const google::protobuf::Timestamp& time) {
  return FormatTime(absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos()));
}

std::string DirectionText(pb::TraceDirection direction) {
  return direction == pb::TRACE_DIRECTION_BACK ? "溯源" : "追踪";
}

std::string KindText(pb::EpcKind kind) {
  static const auto* texts =
      new std::map<int, std::string>{{pb::EPC_KIND_ITEM, "单品"},
                                     {pb::EPC_KIND_LOT, "批次"},
                                     {pb::EPC_KIND_LOGISTIC_UNIT, "物流单元"},
                                     {pb::EPC_KIND_ASSET, "资产"},
                                     {pb::EPC_KIND_CLASS, "品类"}};
  const auto found = texts->find(kind);
  return found == texts->end() ? "其他" : found->second;
}

// The last part of a vocabulary's web URI: "shipping" of ".../cbv/BizStep-shipping".
std::string Word(const std::string& uri) {
  const size_t at = uri.find_last_of("-/:#");
  return at == std::string::npos ? uri : uri.substr(at + 1);
}

std::string PlaceOf(const pb::Event& event) {
  return event.biz_location().empty() ? event.read_point() : event.biz_location();
}

std::string StepText(const pb::TracedLot& lot) {
  if (lot.steps().empty()) return "";
  const pb::TraceStep& step = lot.steps(0);
  const std::string unit = step.unit().empty() ? "" : absl::StrCat("（在 ", step.unit(), " 中）");
  const char* how = step.containment()       ? " 装入 "
                    : !step.beside().empty() ? " 可能交叉污染 "
                                             : " → ";
  return absl::StrCat(step.from(), unit, how, step.to());
}

Rows LotRows(const Traced& traced) {
  const bool ways = traced.detail == pb::TRACE_DETAIL_PATHS;
  Rows rows = {{"方向", "层级", "类别", "标识", "来源不明", "最后时间", "经手主体", "最后地点"}};
  if (ways) rows[0].push_back("由此到达");
  for (const pb::TracedLot& lot : traced.lots) {
    const pb::Sighting& seen = lot.last_seen();
    rows.push_back({DirectionText(lot.direction()), absl::StrCat(lot.depth()), KindText(lot.kind()),
                    lot.epc(), lot.dangling() ? "是" : "",
                    lot.has_last_seen() ? TimeText(seen.last_time()) : "", seen.operator_(),
                    seen.place()});
    if (ways) rows.back().push_back(StepText(lot));
  }
  return rows;
}

Rows EdgeRows(const Traced& traced) {
  Rows rows = {{"时间", "关系", "标识", "过程或单元"}};
  for (const pb::TraceEdge& edge : traced.edges) {
    const char* relation = !edge.unit().empty()     ? "装入"
                           : !edge.beside().empty() ? "同处（可能交叉污染）"
                           : edge.made()            ? "产出"
                                                    : "投入";
    rows.push_back({TimeText(edge.time()), relation,
                    edge.beside().empty() ? edge.epc() : edge.beside(),
                    edge.unit().empty() ? edge.process() : edge.unit()});
  }
  return rows;
}

Rows EventRows(const Traced& traced) {
  Rows rows = {{"时间", "类型", "环节", "地点", "标识", "事件编号", "名称"}};
  for (const pb::Event& event : traced.events) {
    std::vector<std::string> links;
    for (const pb::EpcLink& link : event.links()) links.push_back(link.epc());
    rows.push_back({TimeText(event.event_time()), pb::EventType_Name(event.type()),
                    Word(event.biz_step()), PlaceOf(event), absl::StrJoin(links, " "),
                    event.event_id(), event.name()});
  }
  return rows;
}

Rows CountRows(const Traced& traced) {
  const pb::TraceSummary& summary = traced.summary;
  return {
      {"批次与单元", "过程", "关系", "层级", "完整", "止于", "未及追查"},
      {absl::StrCat(summary.lots()), absl::StrCat(summary.processes()),
       absl::StrCat(summary.edges()), absl::StrCat(summary.depth()),
       summary.complete() ? "是" : "否", summary.stopped_by(), absl::StrCat(summary.frontier())}};
}

Rows RowsOf(const Traced& traced) {
  switch (traced.detail) {
    case pb::TRACE_DETAIL_COUNTS:
      return CountRows(traced);
    case pb::TRACE_DETAIL_EDGES:
      return EdgeRows(traced);
    case pb::TRACE_DETAIL_EVENTS:
      return EventRows(traced);
    default:
      return LotRows(traced);
  }
}

// Columns on a terminal: a character beyond Latin takes two.
size_t WidthOf(const std::string& text) {
  size_t width = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80) continue;
    width += byte >= 0xE0 ? 2 : 1;
  }
  return width;
}

std::string ColumnsOf(const Rows& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], WidthOf(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      const bool last = i + 1 == row.size();
      absl::StrAppend(&out, row[i],
                      last ? "\n" : std::string(widths[i] - WidthOf(row[i]) + 2, ' '));
    }
  }
  return out;
}

template <class List>
void AddFinding(const char* title, const List& list, std::string* out) {
  if (list.empty()) return;
  absl::StrAppend(out, title, "：", absl::StrJoin(list, "、"), "\n");
}

std::string Quoted(const std::string& text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

// A process has a name of its own in the drawing, so that no lot is taken for it.
std::string ProcessNode(const std::string& process) { return Quoted("process " + process); }

std::string DotNodes(const Traced& traced) {
  std::string out;
  for (const pb::TracedLot& lot : traced.lots) {
    const bool unit = lot.kind() == pb::EPC_KIND_LOGISTIC_UNIT || lot.kind() == pb::EPC_KIND_ASSET;
    absl::StrAppend(&out, "  ", Quoted(lot.epc()), " [shape=", unit ? "box3d" : "box");
    if (lot.depth() == 0) absl::StrAppend(&out, ", penwidth=2");
    if (lot.dangling()) absl::StrAppend(&out, ", color=red");
    absl::StrAppend(&out, "];\n");
  }
  std::set<std::string> processes;
  for (const pb::TraceEdge& edge : traced.edges) {
    if (edge.unit().empty()) processes.insert(edge.process());
    if (!edge.beside().empty()) processes.insert(edge.beside());
  }
  for (const std::string& process : processes) {
    absl::StrAppend(&out, "  ", ProcessNode(process), " [shape=point];\n");
  }
  return out;
}

}  // namespace

std::string TraceAsTable(const Traced& traced) {
  std::string out = ColumnsOf(RowsOf(traced));
  const pb::TraceSummary& summary = traced.summary;
  if (traced.detail != pb::TRACE_DETAIL_COUNTS) {
    absl::StrAppend(&out, "\n共 ", summary.lots(), " 个批次与单元，", summary.processes(),
                    " 个过程，", summary.edges(), " 条关系，最深 ", summary.depth(), " 层；",
                    summary.complete() ? "完整" : absl::StrCat("未完，止于 ", summary.stopped_by()),
                    "\n");
  }
  if (summary.beside() > 0 || summary.killed() > 0) {
    absl::StrAppend(&out, "其中因同处一地而可能交叉污染的过程 ", summary.beside(),
                    " 个；因杀灭步骤不再追查的过程 ", summary.killed(), " 个（按所设条件推定）\n");
  }
  AddFinding("从未有过的杀灭步骤", summary.unknown_kill_steps(), &out);
  AddFinding("未采集到的起点", summary.unknown_seeds(), &out);
  AddFinding("来源不明", summary.dangling(), &out);
  AddFinding("循环", summary.cycles(), &out);
  return out;
}

std::string TraceAsCsv(const Traced& traced) {
  std::string out = kByteOrderMark;
  bool head = true;
  for (const auto& row : RowsOf(traced)) out += CsvLine(row, !std::exchange(head, false));
  return out;
}

std::string TraceAsJson(const Traced& traced) {
  nlohmann::ordered_json json;
  const auto put = [&json](const char* name, const auto& list) {
    json[name] = nlohmann::ordered_json::array();
    for (const auto& each : list) {
      json[name].push_back(nlohmann::ordered_json::parse(ToJson(each, false)));
    }
  };
  put("lots", traced.lots);
  put("edges", traced.edges);
  put("events", traced.events);
  json["summary"] = nlohmann::ordered_json::parse(ToJson(traced.summary, false));
  return json.dump(1) + "\n";
}

std::string TraceAsDot(const Traced& traced) {
  std::string out = "digraph trace {\n  rankdir=LR;\n";
  out += DotNodes(traced);
  for (const pb::TraceEdge& edge : traced.edges) {
    const std::string lot = Quoted(edge.epc());
    if (!edge.unit().empty()) {
      absl::StrAppend(&out, "  ", lot, " -> ", Quoted(edge.unit()), " [style=dashed];\n");
    } else if (!edge.beside().empty()) {
      absl::StrAppend(&out, "  ", ProcessNode(edge.beside()), " -> ", ProcessNode(edge.process()),
                      " [style=dotted, color=red];\n");
    } else if (edge.made()) {
      absl::StrAppend(&out, "  ", ProcessNode(edge.process()), " -> ", lot, ";\n");
    } else {
      absl::StrAppend(&out, "  ", lot, " -> ", ProcessNode(edge.process()), ";\n");
    }
  }
  return out + "}\n";
}

}  // namespace shian::ctl
