// The records that the law names, as EPCIS events of the one graph: who had which batch from whom.
#include "services/ctl/import/records.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/codes/check_digits.h"
#include "services/ctl/import/run.h"
#include "services/ctl/text/encoding.h"
#include "services/trace/capture/event_fields.h"
#include "services/trace/capture/json_text.h"
#include "services/trace/capture/national_code.h"

namespace shian::ctl {
namespace {

using trace::json::Members;
using trace::json::Quoted;

constexpr char kContext[] = R"(["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",)"
                            R"({"record":"urn:shian:record:"}])";
constexpr size_t kGlnDigits = 13, kGtinDigits = 14;

// One row by the meaning of its cells.
class Row {
 public:
  explicit Row(const RecordMap& map) : map_(map) {}

  bool Take(const CsvTable& table, const CsvRow& row) {
    for (const RecordColumn& column : map_.columns) {
      const auto place = table.Column(column.column);
      std::string text;
      if (place) text = std::string(absl::StripAsciiWhitespace(row.cells[*place]));
      if (text.empty() && column.required) return Refuse(column.column, "CELL_EMPTY", "不能为空");
      if (const auto known = column.values.find(text); known != column.values.end()) {
        text = known->second;
      }
      if (column.part == RecordPart::kNote) {
        if (!text.empty()) notes_.AddText(absl::StrCat("record:", column.note), text);
      } else {
        cells_[column.part] = {column.column, text};
      }
    }
    return true;
  }

  bool Write(std::string* json) {
    Members event;
    event.AddText("type", map_.type);
    const bool fine = AddTime(&event) &&
                      (map_.type == "ObjectEvent" ? AddObject(&event) : AddProcess(&event)) &&
                      AddPlace(&event) && AddParties(&event) && AddPapers(&event);
    if (!fine) return false;
    event.AddText("record:kind", map_.title);
    event.AddText("record:basis", map_.basis);
    if (!notes_.empty()) event.Add("record:fields", notes_.Text());
    *json = event.Text();
    return true;
  }

  LocalRefusal refusal() const { return refusal_; }

 private:
  bool Refuse(const std::string& field, const char* rule, const char* message) {
    refusal_ = {0, field, rule, message};
    return false;
  }
  bool RefuseCell(RecordPart part, const char* rule, const char* message) {
    return Refuse(cells_[part].first, rule, message);
  }
  const std::string& Cell(RecordPart part) { return cells_[part].second; }

  bool AddTime(Members* event) {
    const std::string& text = Cell(RecordPart::kDate);
    const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits(' ', 1));
    const std::string time = parts.size() == 2 ? parts[1] : "00:00";
    const std::string whole = absl::StrCat(parts[0], "T", time, ":00+08:00");
    if (!ParseDate(parts[0]).ok() || !ParseTime(whole).ok()) {
      return RefuseCell(RecordPart::kDate, "DATE", "应为2025-03-01或2025-03-01 08:30");
    }
    event->AddText("eventTime", whole);
    event->AddText("eventTimeZoneOffset", "+08:00");
    return true;
  }

  // The batch: by its own code, by GTIN and number, or by who made it and number.
  bool Lot(std::string* out) {
    const std::string& batch = Cell(RecordPart::kBatch);
    const std::string& gtin = Cell(RecordPart::kGtin);
    if (!Cell(RecordPart::kLot).empty()) {
      *out = Cell(RecordPart::kLot);
      return trace::ParseEpc(*out).broken == nullptr ||
             RefuseCell(RecordPart::kLot, "TRACE_CODE", "不是追溯码");
    }
    if (!gtin.empty()) {
      *out = trace::CanonicalUri(absl::StrCat(
          "https://id.gs1.org/01/", std::string(Missing(gtin.size()), '0'), gtin, "/10/", batch));
      return trace::ParseEpc(*out).broken == nullptr ||
             RefuseCell(RecordPart::kGtin, "GTIN", "商品条码或批号有误");
    }
    *out = trace::NationalLot(map_.scheme, Cell(RecordPart::kSubject), batch);
    return !out->empty() || RefuseCell(RecordPart::kSubject, "BATCH_CODE",
                                       "须有追溯码、商品条码，或生产者代码与批号");
  }
  static size_t Missing(size_t digits) { return digits < kGtinDigits ? kGtinDigits - digits : 0; }

  bool QuantityOf(const std::string& lot, std::string* out) {
    Members element;
    element.AddText("epcClass", lot);
    const std::string& quantity = Cell(RecordPart::kQuantity);
    if (!quantity.empty()) {
      const std::string number = trace::json::NumberOrText(quantity);
      if (number[0] == '"' || number[0] == '-') {
        return RefuseCell(RecordPart::kQuantity, "QUANTITY", "应为不小于0的数");
      }
      element.Add("quantity", number);
      const std::string& unit = Cell(RecordPart::kUnit);
      if (trace::IsUom(unit)) {
        element.AddText("uom", unit);
      } else if (!unit.empty()) {
        notes_.AddText("record:unit", unit);  // pieces, boxes: counted, not measured
      }
    }
    *out = trace::json::List({element.Text()});
    return true;
  }

  bool AddObject(Members* event) {
    std::string lot, quantity;
    if (!Lot(&lot) || !QuantityOf(lot, &quantity)) return false;
    event->Add("quantityList", quantity);
    event->AddText("action", map_.action);
    AddSteps(event);
    return true;
  }

  bool AddProcess(Members* event) {
    std::vector<std::string> inputs;
    for (absl::string_view code :
         absl::StrSplit(absl::StrReplaceAll(Cell(RecordPart::kInputs), {{"、", "|"}, {";", "|"}}),
                        '|', absl::SkipWhitespace())) {
      code = absl::StripAsciiWhitespace(code);
      if (trace::ParseEpc(code).broken != nullptr) {
        return RefuseCell(RecordPart::kInputs, "TRACE_CODE", "不是追溯码");
      }
      Members element;
      element.AddText("epcClass", code);
      inputs.push_back(element.Text());
    }
    if (!inputs.empty()) event->Add("inputQuantityList", trace::json::List(inputs));
    if (!Cell(RecordPart::kBatch).empty() || !Cell(RecordPart::kLot).empty()) {
      std::string lot, quantity;
      if (!Lot(&lot) || !QuantityOf(lot, &quantity)) return false;
      event->Add("outputQuantityList", quantity);
    }
    const std::string& process = Cell(RecordPart::kProcess);
    if (!process.empty()) {
      std::string joined = trace::NationalLot("nyt4712", Cell(RecordPart::kPlace), process);
      if (joined.empty()) return RefuseCell(RecordPart::kProcess, "PROCESS", "作物批次有误");
      event->AddText("transformationID",
                     absl::StrCat("urn:shian:process:", joined.substr(joined.find("nyt4712"))));
    }
    AddSteps(event);
    return true;
  }

  void AddSteps(Members* event) {
    event->AddText("bizStep", map_.biz_step);
    if (!map_.disposition.empty()) event->AddText("disposition", map_.disposition);
  }

  // A party or place by its code; empty when it is none.
  static std::string Party(const std::string& code, bool place) {
    const std::string text = absl::AsciiStrToUpper(code);
    if (codes::IsUscc(text)) return absl::StrCat("urn:shian:party:", text);
    const std::string gln = absl::StrCat("https://id.gs1.org/", place ? "414" : "417", "/", text);
    const bool digits = text.size() == kGlnDigits && codes::IsDigits(text);
    if (digits && trace::ParseEpc(gln).broken == nullptr) return gln;
    return trace::IsUri(code) && trace::ParseEpc(code).broken == nullptr ? code : "";
  }

  bool AddPlace(Members* event) {
    const std::string place = Party(Cell(RecordPart::kPlace), true);
    if (place.empty())
      return RefuseCell(RecordPart::kPlace, "PARTY_CODE", "应为统一社会信用代码或GLN");
    Members id;
    id.AddText("id", place);
    event->Add("readPoint", id.Text());
    return true;
  }

  bool AddParty(RecordPart part, const char* list, const char* member, Members* event) {
    if (Cell(part).empty()) return true;
    const std::string party = Party(Cell(part), false);
    if (party.empty()) return RefuseCell(part, "PARTY_CODE", "应为统一社会信用代码或GLN");
    Members entry;
    entry.AddText("type", "possessing_party");
    entry.AddText(member, party);
    event->Add(list, trace::json::List({entry.Text()}));
    return true;
  }

  bool AddParties(Members* event) {
    return AddParty(RecordPart::kFrom, "sourceList", "source", event) &&
           AddParty(RecordPart::kTo, "destinationList", "destination", event);
  }

  // A number on paper as a URI: whose it is, and the number.
  bool Paper(RecordPart part, const char* kind, std::string* out) {
    const std::string code = trace::NationalLot("zsl", Cell(RecordPart::kPlace), Cell(part));
    if (code.empty()) return RefuseCell(part, "NUMBER", "编号有误");
    *out = absl::StrCat("urn:shian:", kind, code.substr(code.find(":zsl:") + 4));
    return true;
  }

  bool AddPapers(Members* event) {
    std::string uri;
    if (!Cell(RecordPart::kVoucher).empty()) {
      if (!Paper(RecordPart::kVoucher, "voucher", &uri)) return false;
      Members entry;
      entry.AddText("type", "inv");
      entry.AddText("bizTransaction", uri);
      event->Add("bizTransactionList", trace::json::List({entry.Text()}));
    }
    if (!Cell(RecordPart::kCertificate).empty()) {
      if (!Paper(RecordPart::kCertificate, "certificate", &uri)) return false;
      event->Add("certificationInfo", trace::json::List({Quoted(uri)}));
    }
    return true;
  }

  const RecordMap& map_;
  std::map<RecordPart, std::pair<std::string, std::string>> cells_;  // column, text
  Members notes_;
  LocalRefusal refusal_;
};

absl::Status CheckColumns(const CsvTable& table, const RecordMap& map) {
  for (const RecordColumn& column : map.columns) {
    if (column.required && !table.Column(column.column)) {
      return absl::InvalidArgumentError(
          absl::StrCat("the table has no column '", column.column, "' (", map.basis, ")"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<MadeEvents> MakeEvents(const CsvTable& table, const RecordMap& map) {
  RETURN_IF_ERROR(CheckColumns(table, map));
  MadeEvents made;
  made.file.cut.context_json = kContext;
  for (const CsvRow& row : table.rows) {
    if (row.cells.size() != table.header.size()) {
      made.refused.push_back(
          {row.line, "", "COLUMN_COUNT",
           absl::StrCat("应有", table.header.size(), "列，实有", row.cells.size(), "列")});
      continue;
    }
    Row record(map);
    std::string json;
    if (record.Take(table, row) && record.Write(&json)) {
      made.file.cut.events.push_back(std::move(json));
      made.file.lines.push_back(row.line);
    } else {
      made.refused.push_back(record.refusal());
      made.refused.back().line = row.line;
    }
  }
  return made;
}

absl::StatusOr<ImportReport> ImportRecords(Session& session, const std::string& name,
                                           const ImportOptions& options, int* exit_code) {
  ASSIGN_OR_RETURN(const RecordMap map, LoadRecordMap(options.map));
  ASSIGN_OR_RETURN(const std::string bytes, ReadWhole(name));
  ASSIGN_OR_RETURN(const Decoded decoded, DecodeText(bytes));
  ASSIGN_OR_RETURN(const CsvTable table, ParseCsv(decoded.text));
  ASSIGN_OR_RETURN(MadeEvents made, MakeEvents(table, map));
  std::cerr << name << ": " << map.title << " (" << map.basis << "), "
            << EncodingName(decoded.encoding) << ", " << table.rows.size() << " rows\n";
  ImportReport report(name);
  for (const LocalRefusal& refusal : made.refused) report.Add(refusal);
  made.file.name = name;
  made.file.sha256 = HexEncode(Sha256(bytes));
  RETURN_IF_ERROR(SendEvents(session, made.file, options, &report, exit_code));
  return report;
}

}  // namespace shian::ctl
