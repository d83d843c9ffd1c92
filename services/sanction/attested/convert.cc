#include "services/sanction/attested/convert.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/encoding.h"
#include "libs/base/hash.h"
#include "libs/base/status_macros.h"
#include "libs/codes/codes.h"
#include "libs/rpc/fields.h"
#include "services/sanction/attested/limits.h"
#include "services/sanction/ban/convert.h"
#include "services/sanction/ban/limits.h"
#include "services/sanction/party/limits.h"

namespace shian::sanction::convert {
namespace {

using Need = Reader::Need;

// Cells of one row, and what is wrong with them.
class Cells {
 public:
  Reader& reader() { return reader_; }

  std::string Line(const char* field, const std::string& cell, size_t max,
                   Need need = Need::kRequired) {
    return reader_.Line(field, cell, max, need);
  }
  // Absent when empty or wrong.
  std::optional<Date> Day(const char* field, const std::string& cell, Need need) {
    const absl::string_view text = absl::StripAsciiWhitespace(cell);
    if (text.empty()) {
      if (need == Need::kRequired) reader_.Wrong(field, {"is required", "不能为空", "REQUIRED"});
      return std::nullopt;
    }
    const absl::StatusOr<Date> day = ParseDate(text);
    if (day.ok()) return *day;
    reader_.Wrong(field,
                  {"must be a date, YYYY-MM-DD", "应为YYYY-MM-DD格式的日期", "DATE_INVALID"});
    return std::nullopt;
  }
  // Yuan with at most two decimals, in fen.
  int64_t Fen(const char* field, const std::string& cell) {
    const absl::string_view text = absl::StripAsciiWhitespace(cell);
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(text, absl::MaxSplits('.', 1));
    std::string cents(parts.second);
    cents.resize(std::max<size_t>(cents.size(), 2), '0');
    int64_t fen = 0;
    const std::string digits = absl::StrCat(parts.first, cents);
    const bool good = cents.size() == 2 && !parts.first.empty() &&
                      std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) &&
                      absl::SimpleAtoi(digits, &fen) && fen <= limits::kAmountFenMax;
    if (text.empty()) return 0;
    if (!good) reader_.Wrong(field, {"must be an amount in yuan", "应为以元计的金额", "AMOUNT"});
    return good ? fen : 0;
  }

 private:
  Reader reader_;
};

bool IsSha256(absl::string_view text) {
  return text.size() == 2 * kSha256Bytes && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

bool IsYes(absl::string_view cell) {
  const absl::string_view text = absl::StripAsciiWhitespace(cell);
  return text == "是" || text == "true" || text == "TRUE";
}

// A legal person is its code; everyone else is named as the registry knows them.
Party ToParty(const v1::AttestedRow& row, Cells* cells) {
  Party party;
  party.name = cells->Line("record.party_name", row.party_name(), limits::kTitleCodePointsMax,
                           Need::kOptional);
  if (!row.operator_().empty()) {
    party.op = cells->reader().Operator("record.operator", row.operator_(), Need::kRequired);
  }
  if (row.party_code().empty()) {
    if (row.operator_().empty()) {
      cells->reader().Wrong("record.operator",
                            {"or party_code is required", "与party_code至少应填一项", "REQUIRED"});
    }
    return party;
  }
  const auto code = codes::Check(codes::Kind::kUscc, codes::Tidy(row.party_code()));
  if (!code.ok()) {
    cells->reader().Wrong("record.party_code",
                          {"is no valid code", "不是有效的统一社会信用代码", "USCC"});
    return party;
  }
  party.code = code->canonical;
  if (party.op.empty() && row.operator_().empty()) party.op = OperatorId(party.code);
  return party;
}

void ReadEnd(const v1::AttestedRow& row, Date today, bool repairable, Cells* cells, Attested* out) {
  const auto ended = cells->Day("record.end_date", row.end_date(), Need::kOptional);
  const absl::string_view kind = absl::StripAsciiWhitespace(row.end_kind());
  if (!ended && kind.empty()) return;
  if (kind == "撤销" || kind == "ANNULLED") out->end = AttestedEnd::kAnnulled;
  if (repairable && (kind == "移出" || kind == "REPAIRED")) out->end = AttestedEnd::kRepaired;
  if (!ended || out->end == AttestedEnd::kNone || *ended < out->decided || *ended > today) {
    cells->reader().Wrong("record.end_date",
                          {"goes with a known end_kind, between the decision and today",
                           "应与终止方式同时填写，且在决定日期至今日之间", "END"});
    out->end = AttestedEnd::kNone;
    return;
  }
  out->ended = *ended;
}

void ReadRecord(const v1::AttestedRow& row, Date today, bool repairable, Cells* cells,
                Attested* out) {
  out->source_id = cells->Line("record.source_id", row.source_id(), limits::kCellCodePointsMax);
  out->party = ToParty(row, cells);
  out->decision_number =
      cells->Line("record.decision_number", row.decision_number(), limits::kNumberCodePointsMax);
  const auto decided = cells->Day("record.decide_date", row.decide_date(), Need::kRequired);
  if (decided && *decided > today) {
    cells->reader().Wrong("record.decide_date", {"is after today", "晚于今日", "DATE_FUTURE"});
  }
  out->decided = decided.value_or(today);
  out->document_sha256 = row.document_sha256();
  if (!IsSha256(row.document_sha256())) {
    cells->reader().Wrong("record.document_sha256",
                          {"must be 64 lower-case hex digits", "应为64位小写十六进制", "DOCUMENT"});
  }
  out->basis.statute = cells->Line("record.statute", row.statute(), limits::kTitleCodePointsMax);
  out->basis.article = cells->Line("record.article", row.article(), limits::kNumberCodePointsMax);
  out->reasons = cells->reader().Text("record.reasons", row.reasons(), limits::kTextCodePointsMax,
                                      Need::kOptional);
  ReadEnd(row, today, repairable, cells, out);
}

template <class Row>
std::string ContentOf(Row row) {
  row.clear_line();
  row.mutable_record()->clear_end_date();
  row.mutable_record()->clear_end_kind();
  return Sha256(rpc::DeterministicBytes(row));
}

std::set<PenaltyKind> ToKinds(const std::string& cell, Cells* cells) {
  std::set<PenaltyKind> kinds;
  bool known = true;
  for (const absl::string_view word : absl::StrSplit(cell, '|')) {
    v1::PenaltyKind kind = v1::PENALTY_KIND_UNSPECIFIED;
    known &= v1::PenaltyKind_Parse(absl::StrCat("PENALTY_KIND_", absl::StripAsciiWhitespace(word)),
                                   &kind) &&
             kind != v1::PENALTY_KIND_UNSPECIFIED;
    if (known) kinds.insert(static_cast<PenaltyKind>(kind));
  }
  if (!known)
    cells->reader().Wrong("kinds", {"must name known kinds", "含未知的处罚种类", "KINDS"});
  return kinds;
}

}  // namespace

absl::StatusOr<AttestedHead> HeadOf(const std::string& origin, const std::string& authority,
                                    const std::string& region, int rows, const Actor& actor) {
  Reader reader;
  AttestedHead head;
  head.origin = reader.Line("origin", origin, limits::kOriginCodePointsMax, Need::kRequired);
  head.authority =
      reader.Line("authority", authority, limits::kTitleCodePointsMax, Need::kRequired);
  head.region = reader.Region("region", region, Need::kRequired);
  head.actor = actor;
  if (rows < 1 || rows > limits::kAttestedRowsMax) {
    reader.Wrong("rows", {absl::StrCat("must be 1 to ", limits::kAttestedRowsMax),
                          absl::StrCat("应为1至", limits::kAttestedRowsMax, "行")});
  }
  RETURN_IF_ERROR(reader.ToStatus());
  return head;
}

AttestedPenalty ToAttested(const v1::PenaltyRow& row, Date today) {
  Cells cells;
  AttestedPenalty out;
  out.line = row.line();
  ReadRecord(row.record(), today, false, &cells, &out);
  out.penalty.decision_number = out.decision_number;
  out.penalty.kinds = ToKinds(row.kinds(), &cells);
  out.penalty.fine_fen = cells.Fen("fine_yuan", row.fine_yuan());
  out.penalty.confiscation_fen = cells.Fen("confiscation_yuan", row.confiscation_yuan());
  out.penalty.aggravated = IsYes(row.aggravated());
  out.penalty.bases = {out.basis};
  out.penalty.reasons = out.reasons;
  out.served = cells.Day("serve_date", row.serve_date(), Need::kOptional).value_or(out.decided);
  if (out.served < out.decided || out.served > today) {
    cells.reader().Wrong("serve_date", {"is before the decision or after today",
                                        "早于决定日期或者晚于今日", "DATE_ORDER"});
  }
  out.public_until = cells.Day("public_until", row.public_until(), Need::kOptional);
  out.content = ContentOf(row);
  out.wrong = cells.reader().ToStatus();
  return out;
}

AttestedEntry ToAttested(const v1::EntryRow& row, Date today) {
  Cells cells;
  AttestedEntry out;
  out.line = row.line();
  ReadRecord(row.record(), today, true, &cells, &out);
  out.list = cells.Line("list", row.list(), limits::kIdCharsMax);
  out.ground = cells.Line("ground", row.ground(), limits::kIdCharsMax);
  out.published =
      cells.Day("publish_date", row.publish_date(), Need::kOptional).value_or(out.decided);
  if (out.published < out.decided || out.published > today) {
    cells.reader().Wrong("publish_date", {"is before the decision or after today",
                                          "早于决定日期或者晚于今日", "DATE_ORDER"});
  }
  out.until = cells.Day("until_date", row.until_date(), Need::kRequired).value_or(today);
  if (out.until < out.published) {
    cells.reader().Wrong("until_date", {"is before publication", "早于公示日期", "DATE_ORDER"});
  }
  out.content = ContentOf(row);
  out.wrong = cells.reader().ToStatus();
  return out;
}

AttestedBan ToAttested(const v1::BanRow& row, Date today, const codes::IdentityHasher& hasher) {
  Cells cells;
  AttestedBan out;
  out.line = row.line();
  ReadRecord(row.record(), today, false, &cells, &out);
  out.ground = cells.Line("ground", row.ground(), limits::kIdCharsMax);
  policy::v1::BanRole role = policy::v1::BAN_ROLE_UNSPECIFIED;
  if (!policy::v1::BanRole_Parse("BAN_ROLE_" + row.role(), &role) ||
      role == policy::v1::BAN_ROLE_UNSPECIFIED) {
    cells.reader().Wrong("role", {"is no known role", "未知的责任身份", "ROLE"});
  }
  out.role = static_cast<BanRole>(role);
  out.person_name = cells.Line("person_name", row.person_name(), limits::kPersonNameCodePointsMax);
  v1::PersonKey person;
  person.set_identity_number(row.identity_number());
  if (!row.key_id().empty() || !row.hash().empty()) {
    person.mutable_hash()->set_key_id(row.key_id());
    person.mutable_hash()->set_hash(HexDecode(row.hash()).value_or(""));
  }
  out.hashes = ToHashes("person", person, hasher, &cells.reader());
  out.until = cells.Day("until_date", row.until_date(), Need::kOptional);
  if (out.until && *out.until < out.decided) {
    cells.reader().Wrong("until_date", {"is before the decision", "早于决定日期", "DATE_ORDER"});
  }
  // There are few enough numbers to find one by a plain digest of it.
  v1::BanRow kept = row;
  kept.clear_identity_number();
  if (!out.hashes.empty()) {
    kept.set_key_id(out.hashes.front().key_id);
    kept.set_hash(HexEncode(out.hashes.front().hash));
  }
  out.content = ContentOf(kept);
  out.wrong = cells.reader().ToStatus();
  return out;
}

common::v1::RowVerdict ToVerdict(int64_t line, common::v1::RowOutcome outcome, std::string name) {
  common::v1::RowVerdict verdict;
  verdict.set_line(line);
  verdict.set_outcome(outcome);
  verdict.set_name(std::move(name));
  return verdict;
}

common::v1::RowVerdict ToVerdict(int64_t line, const absl::Status& wrong) {
  common::v1::RowVerdict verdict = ToVerdict(line, common::v1::ROW_OUTCOME_INVALID, "");
  for (const auto& [field, rule] : errors::ViolationsOf(wrong)) {
    common::v1::RowViolation* violation = verdict.add_violations();
    violation->set_field(field);
    violation->set_rule(rule.word.empty() ? "FIELD_INVALID" : rule.word);
    violation->set_message(rule.zh);
  }
  return verdict;
}

}  // namespace shian::sanction::convert
