// A matter of which everything is known, and the forms that policy ships.
#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>

#include "libs/policy/folder.h"
#include "services/sanction/document/convert.h"
#include "services/sanction/document/form.h"
#include "services/sanction/document/values.h"

namespace shian::sanction::testing {

inline std::string SourceFolder() {
  const char* source = std::getenv("SHIAN_SOURCE");
  return source == nullptr ? "." : source;
}

inline std::map<std::string, Form> ShippedForms() {
  const auto folder = policy::ReadFolder(SourceFolder() + "/deploy/policies");
  REQUIRE(folder.ok());
  INFO(folder->ToStatus());
  REQUIRE(folder->problems.empty());
  std::map<std::string, Form> forms;
  for (const policy::PolicyFile& file : folder->files) {
    if (file.kind != policy::v1::POLICY_KIND_DOCUMENT) continue;
    const Form form = convert::ToForm(
        static_cast<const policy::v1::DocumentTemplate&>(*file.message), file.revision);
    forms[form.kind] = form;
  }
  return forms;
}

inline Event ActOn(Act act, Date day, std::string text = "") {
  Event event;
  event.act = act;
  event.time = StartOfDay(day) + absl::Hours(10);
  event.recorded = event.time;
  event.text = std::move(text);
  return event;
}

inline Case KnownCase() {
  Case c;
  c.op = OperatorId("914403001922038216");
  c.id = CaseId("c1");
  c.number = "澄沅市监立〔2026〕21号";
  c.region = "410902";
  c.organisation = "410902";
  c.cause = "经营兽药残留超过食品安全标准限量的食用农产品";
  c.events.push_back(ActOn(Act::kFiled, Date(2026, 1, 12),
                           "监督抽检发现当事人经营的鲜鲈鱼恩诺沙星项目不合格，经复检确认，"
                           "涉嫌违反食品安全管理规定，应予立案调查。"));
  c.events.push_back(
      ActOn(Act::kLegalReviewed, Date(2026, 1, 26), "事实清楚，证据确凿，适用法律正确。"));
  Event noticed = ActOn(Act::kNoticeServed, Date(2026, 1, 28));
  noticed.notice = Notice();
  noticed.notice->facts =
      "2025年12月9日，本机关对当事人经营的鲜鲈鱼进行监督抽样检验，检验结论为恩诺沙星项目不合格。\n"
      "当事人购进该批次鲜鲈鱼50千克，已全部售出，货值金额2400元，违法所得862元。";
  noticed.notice->grounds = "《中华人民共和国食品安全法》";
  c.events.push_back(noticed);
  c.events.push_back(
      ActOn(Act::kStatementSubmitted, Date(2026, 2, 2), "已经召回并整改，请求从轻处罚。"));
  c.events.push_back(ActOn(Act::kHearingHeld, Date(2026, 2, 25),
                           "当事人对违法事实无异议，对罚款数额提出申辩意见。"));
  c.events.push_back(ActOn(Act::kDiscussed, Date(2026, 3, 2), "一致同意。"));
  Event decided = ActOn(Act::kPenaltyDecided, Date(2026, 3, 3));
  decided.penalty = Penalty();
  decided.penalty->decision_number = "澄沅市监罚〔2026〕18号";
  decided.penalty->kinds = {PenaltyKind::kFine, PenaltyKind::kConfiscation,
                            PenaltyKind::kActivityRestriction};
  decided.penalty->fine_fen = 15'000'000;
  decided.penalty->confiscation_fen = 86'250;
  decided.penalty->ban_months = 12;
  decided.penalty->bases = {{"中华人民共和国食品安全法", "第一百二十四条"}};
  decided.penalty->reasons = "供应对象为学校食堂，危害后果较重，依法从重处罚。";
  c.events.push_back(decided);
  c.events.push_back(ActOn(Act::kDecisionServed, Date(2026, 3, 5)));
  return c;
}

// Listed, and removed by repair or because its time is over.
inline Entry KnownEntry(EntryAct end) {
  Entry entry;
  entry.op = OperatorId("914403001922038216");
  entry.id = EntryId("e1");
  entry.case_id = CaseId("c1");
  entry.region = "410902";
  entry.organisation = "410902";
  entry.ground_title = "生产经营兽药残留含量超过食品安全标准限量的食品";
  entry.basis = {"市场监督管理严重违法失信名单管理办法", "第五条第三项"};
  entry.decision_number = "澄沅市监罚〔2026〕18号";
  entry.until = Date(2029, 3, 3);
  entry.repairable = Date(2027, 3, 4);
  entry.edition = Date(2026, 4, 1);
  const std::pair<EntryAct, const char*> acts[] = {
      {EntryAct::kDecided, "经营兽药残留超标的食用农产品，被处以较重行政处罚。"},
      {EntryAct::kPublished, ""},
      {EntryAct::kRepairRequested, "罚款已经缴纳，整改完成，危害后果已经消除。"},
      {end, "罚款已缴纳，整改经核查合格，未再受到较重行政处罚。"}};
  for (const auto& [act, text] : acts) {
    EntryEvent event;
    event.sequence = static_cast<int>(entry.events.size()) + 1;
    event.act = act;
    event.time = StartOfDay(Date(2026, 3, 3 + static_cast<int>(entry.events.size())));
    event.text = text;
    entry.events.push_back(event);
  }
  return entry;
}

inline Nomination KnownNomination() {
  Nomination nomination;
  nomination.ground_title = "黑榜：本期检查评价较差或者存在突出问题";
  nomination.basis = {"食品安全法", "第一百一十三条"};
  nomination.edition = Date(2026, 4, 1);
  NominationEvent proposed;
  proposed.text = "三月份监督检查中有两项重点项不合格。";
  nomination.events.push_back(proposed);
  return nomination;
}

inline Lead KnownLead() {
  Lead lead;
  lead.summary = "监督抽检不合格：恩诺沙星";
  lead.evidence = "samples/s1";
  lead.found = StartOfDay(Date(2026, 1, 8));
  return lead;
}

// Published, and its publicity ended early or not.
inline Publicity KnownPublicity(PublicityAct answer) {
  Publicity publicity;
  publicity.c = KnownCase();
  publicity.c.events.push_back(ActOn(Act::kPenaltyPublished, Date(2026, 3, 6)));
  publicity.c.events.back().until = Date(2029, 3, 3);
  const std::pair<PublicityAct, const char*> acts[] = {
      {PublicityAct::kRepairRequested, "罚款已经缴纳，整改完成，危害后果已经消除。"},
      {answer, "罚款已缴纳，整改经核查合格，未再受到较重行政处罚。"}};
  for (const auto& [act, text] : acts) {
    PublicityEvent event;
    event.sequence = static_cast<int>(publicity.events.size()) + 1;
    event.act = act;
    event.time = StartOfDay(Date(2026, 3, 5 + event.sequence));
    event.text = text;
    publicity.events.push_back(event);
  }
  return publicity;
}

inline RepairClass KnownRepairClass() {
  RepairClass one;
  one.title = "食品、药品、特种设备领域行政处罚";
  one.basis = {"市场监督管理信用修复管理办法", "第五条"};
  return one;
}

// Everything but what the form itself says.
inline DocumentValues KnownValues(EntryAct end) {
  DocumentValues values;
  AddIssuer({"澄沅县市场监督管理局", "沅阳市市场监督管理局", "澄沅县人民政府", "澄沅县人民法院",
             "1610410902001", Date(2026, 3, 5)},
            &values);
  AddParty(
      {OperatorId("914403001922038216"), "澄沅县某水产品销售有限公司", "914403001922038216", false},
      &values);
  AddCase(KnownCase(), &values);
  const RepairClass one = KnownRepairClass();
  AddPublicity(KnownPublicity(end == EntryAct::kRepairRefused ? PublicityAct::kRepairRefused
                                                              : PublicityAct::kRepairGranted),
               &one, &values);
  AddEntry(KnownEntry(end), &values);
  AddNomination(KnownNomination(), "红黑榜", &values);
  AddLead(KnownLead(), &values);
  values["document.number"] = "澄沅市监示〔2026〕1号";
  return values;
}

}  // namespace shian::sanction::testing
