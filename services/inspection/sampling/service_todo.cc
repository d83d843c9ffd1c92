#include "services/inspection/sampling/service_todo.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "libs/base/status_macros.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "services/inspection/frame/store.h"
#include "services/inspection/sampling/convert.h"
#include "services/inspection/sampling/rules.h"
#include "services/inspection/sampling/store.h"

namespace shian::inspection::sampling {
namespace {

constexpr rpc::TodoKind kDelivery = {"inspection.sampling.deliver", "样品移交承检机构",
                                     "bring the sample to its laboratory"};
constexpr rpc::TodoKind kTestReport = {"inspection.sampling.report", "出具检验报告",
                                       "report the test"};
constexpr rpc::TodoKind kNotify = {"inspection.sampling.notify", "送达检验结果通知",
                                   "serve the result"};
constexpr rpc::TodoKind kRequest = {"inspection.sampling.reinspection_request", "复检申请期间",
                                    "window for asking for re-inspection"};
constexpr rpc::TodoKind kAcceptRequest = {"inspection.sampling.reinspection_accept", "复检受理决定",
                                          "decide whether to re-inspect"};
constexpr rpc::TodoKind kDrawLab = {"inspection.sampling.laboratory_draw", "随机确定复检机构",
                                    "draw the re-inspecting laboratory"};
constexpr rpc::TodoKind kDecline = {"inspection.sampling.laboratory_decline",
                                    "复检机构说明不能承担的期间",
                                    "window for the laboratory to decline"};
constexpr rpc::TodoKind kHandover = {"inspection.sampling.backup_handover", "移交备份样品",
                                     "hand the backup sample over"};
constexpr rpc::TodoKind kAgain = {"inspection.sampling.reinspection_report", "提交复检结论",
                                  "report the re-inspection"};
constexpr rpc::TodoKind kAgainServed = {"inspection.sampling.reinspection_result", "通报复检结论",
                                        "serve the re-inspection's result"};
constexpr rpc::TodoKind kObjection = {"inspection.sampling.objection", "提出异议期间",
                                      "window for an objection"};
constexpr rpc::TodoKind kAcceptObjection = {"inspection.sampling.objection_accept", "异议受理决定",
                                            "decide whether to take the objection in"};
constexpr rpc::TodoKind kDecideObjection = {"inspection.sampling.objection_decide", "异议审核",
                                            "decide the objection"};
constexpr rpc::TodoKind kStart = {"inspection.sampling.disposal_start", "启动核查处置",
                                  "start the disposal"};
constexpr rpc::TodoKind kFinish = {"inspection.sampling.disposal_finish", "完成核查处置",
                                   "finish the disposal"};
constexpr rpc::TodoKind kPublish = {"inspection.sampling.publish", "公布抽检结果",
                                    "publish the result"};
constexpr rpc::TodoKind kPost = {"inspection.sampling.premises_notice", "经营场所公示不合格信息",
                                 "see that the failure is posted on the premises"};

// An act as a next step, and an example by which the domain is asked whether it may follow.
struct ActRow {
  rpc::NextAct next;
  Act example;
};
#define SHIAN_NEXT(Method, example, zh, en)                             \
  {                                                                     \
    {"shian.inspection.v1.SamplingService/" Method, zh, en}, example {} \
  }

// What a clock of the procedure asks for, by its key in the deadline table.
struct ClockRow {
  const char* key;
  const rpc::TodoKind* kind;
  std::vector<ActRow> acts;
  const char* document;
};

// From the taking to the notice.
std::vector<ClockRow> TestingRows() {
  return {
      {key::kDelivery,
       &kDelivery,
       {SHIAN_NEXT("RecordDelivery", Delivered, "记录样品移交", "record the delivery"),
        SHIAN_NEXT("RecordReception", Received, "记录样品接收", "record the reception")},
       ""},
      {key::kTestReport,
       &kTestReport,
       {SHIAN_NEXT("RecordReport", Reported, "记录检验报告", "record the report")},
       ""},
      {key::kNotify,
       &kNotify,
       {SHIAN_NEXT("NotifyResult", Notified, "送达检验结果", "serve the result")},
       "service-receipt"},
  };
}

// 复检.
std::vector<ClockRow> ReinspectionRows() {
  return {
      {key::kReinspectionRequest,
       &kRequest,
       {SHIAN_NEXT("RequestReinspection", ReinspectionRequested, "记录复检申请",
                   "record the request for re-inspection")},
       ""},
      {key::kReinspectionAccept,
       &kAcceptRequest,
       {SHIAN_NEXT("DecideReinspection", ReinspectionDecided, "作出复检受理决定",
                   "decide on the request")},
       ""},
      {key::kReinspectionLab,
       &kDrawLab,
       {SHIAN_NEXT("DrawLaboratory", LaboratoryDrawn, "抽取复检机构", "draw the laboratory")},
       ""},
      {key::kLabDecline,
       &kDecline,
       {SHIAN_NEXT("DeclineLaboratory", LaboratoryDeclined, "复检机构说明不能承担", "decline")},
       ""},
      {key::kBackupHandover,
       &kHandover,
       {SHIAN_NEXT("HandOverBackup", BackupHandedOver, "移交备份样品", "hand the backup over")},
       ""},
      {key::kReinspectionReport,
       &kAgain,
       {SHIAN_NEXT("ReceiveBackup", BackupReceived, "接收备份样品", "receive the backup"),
        SHIAN_NEXT("RecordReinspectionReport", Reinspected, "记录复检报告",
                   "record the re-inspection")},
       ""},
      {key::kReinspectionNotify,
       &kAgainServed,
       {SHIAN_NEXT("ServeReinspectionResult", ReinspectionServed, "通报复检结论",
                   "serve the result")},
       "service-receipt"},
  };
}

// Objections, disposal, publication.
std::vector<ClockRow> LaterRows() {
  return {
      {key::kObjectionProcess,
       &kObjection,
       {SHIAN_NEXT("RaiseObjection", ObjectionRaised, "记录异议", "record the objection")},
       ""},
      {key::kObjectionResult,
       &kObjection,
       {SHIAN_NEXT("RaiseObjection", ObjectionRaised, "记录异议", "record the objection")},
       ""},
      {key::kObjectionAccept,
       &kAcceptObjection,
       {SHIAN_NEXT("AcceptObjection", ObjectionAccepted, "作出异议受理决定",
                   "take the objection in or not")},
       ""},
      {key::kDecideProcess,
       &kDecideObjection,
       {SHIAN_NEXT("DecideObjection", ObjectionDecided, "作出异议审核结论",
                   "decide the objection")},
       ""},
      {key::kDecideResult,
       &kDecideObjection,
       {SHIAN_NEXT("DecideObjection", ObjectionDecided, "作出异议审核结论",
                   "decide the objection")},
       ""},
      {key::kDisposalStart,
       &kStart,
       {SHIAN_NEXT("StartDisposal", DisposalStarted, "启动核查处置", "start the disposal")},
       ""},
      {key::kDisposalStartSevere,
       &kStart,
       {SHIAN_NEXT("StartDisposal", DisposalStarted, "启动核查处置", "start the disposal")},
       ""},
      {key::kDisposalFinish,
       &kFinish,
       {SHIAN_NEXT("ExtendDisposal", DisposalExtended, "延长核查处置", "extend the disposal"),
        SHIAN_NEXT("FinishDisposal", DisposalFinished, "完成核查处置", "finish the disposal")},
       ""},
      {key::kPublication,
       &kPublish,
       {SHIAN_NEXT("PublishResult", Published, "公布结果", "publish the result")},
       ""},
      {key::kPostNotice,
       &kPost,
       {SHIAN_NEXT("ReportRiskControl", RiskControlled, "核实风险控制措施",
                   "see to the risk control")},
       ""},
  };
}

const std::vector<ClockRow>& Rows() {
  static const auto& rows = *[] {
    auto* all = new std::vector<ClockRow>;
    for (std::vector<ClockRow> some : {TestingRows(), ReinspectionRows(), LaterRows()}) {
      std::move(some.begin(), some.end(), std::back_inserter(*all));
    }
    return all;
  }();
  return rows;
}

const ClockRow* RowOf(const std::string& key) {
  const auto found = std::find_if(Rows().begin(), Rows().end(),
                                  [&](const ClockRow& row) { return key == row.key; });
  return found == Rows().end() ? nullptr : &*found;
}

// What is still owed once the conclusion is final; the rest fell away with it.
bool OutlivesFinal(const Sample& sample, const std::string& key) {
  if (key == key::kPostNotice) return sample.outcome != Outcome::kOverturned;
  return key == key::kReinspectionNotify || key == key::kDisposalStart ||
         key == key::kDisposalStartSevere || key == key::kDisposalFinish ||
         key == key::kPublication;
}

bool IsOpen(const Sample& sample, const Clock& clock, absl::Time now) {
  if (clock.use == ClockUse::kKeeping || clock.attested || clock.done) return false;
  if (sample.final_time && !OutlivesFinal(sample, clock.rule.key)) return false;
  return clock.use == ClockUse::kDuty || clock.RunningAt(now);
}

// Whether nothing but what an officer still has to fill in stands in its way.
bool MayFollow(const Sample& sample, const Rules& rules, absl::Time now, Act example) {
  static const auto& barring = *new std::set<errors::Reason>{
      errors::Reason::kSampleState,        errors::Reason::kReinspectionNotGiven,
      errors::Reason::kReinspectionBarred, errors::Reason::kReinspectionBackupExpired,
      errors::Reason::kReinspectionLate,   errors::Reason::kObjectionLate,
      errors::Reason::kDisposalNotFinal,   errors::Reason::kPublicationBeforeFinal,
      errors::Reason::kKindNotPublished,   errors::Reason::kSampleKindNotEnforced};
  const auto reason = errors::ReasonOf(Decide(sample, rules, now, example));
  return !reason || !barring.contains(*reason);
}

// Of the sampled unit; a person's name is copied nowhere here.
absl::StatusOr<std::string> PartyName(store::ReadTx& tx, const Sample& sample) {
  ASSIGN_OR_RETURN(const auto unit, frame::FindUnit(tx, sample.planned.operator_id));
  return unit ? unit->title : std::string();
}

absl::StatusOr<std::vector<rpc::Todo>> ReadClocks(store::ReadTx& tx, const rpc::Edge& edge,
                                                  const store::OpenMatter& matter, absl::Time now) {
  std::vector<rpc::Todo> todos;
  const auto stored = ReadSample(tx, SampleId(matter.matter.substr(matter.matter.find('/') + 1)));
  if (absl::IsNotFound(stored.status())) return rpc::MatterLost(matter);
  RETURN_IF_ERROR(stored.status());
  const Sample& sample = stored->sample;
  const State state = StateOf(sample);
  if (sample.attested || state == State::kClosed || state == State::kRejected) return todos;
  ASSIGN_OR_RETURN(const Rules rules, ReadRules(edge.policies(), tx, ToDate(sample.plan_time)));
  ASSIGN_OR_RETURN(const std::string party, PartyName(tx, sample));
  for (const Clock& clock : ClocksOf(sample, rules)) {
    const ClockRow* row = RowOf(clock.rule.key);
    if (row == nullptr || !IsOpen(sample, clock, now)) continue;
    rpc::Todo& todo = todos.emplace_back();
    todo.kind = row->kind;
    todo.rule = clock.rule;
    todo.start = clock.start;
    todo.due = clock.due;
    todo.suspensions = clock.suspensions;
    todo.right = clock.use == ClockUse::kRight;
    todo.party_name = party;
    for (const ActRow& act : row->acts) {
      if (MayFollow(sample, rules, now, act.example)) todo.acts.push_back(&act.next);
    }
    todo.document = row->document;
  }
  return todos;
}

}  // namespace

rpc::TodoSource SampleTodos(const rpc::Edge& edge) {
  rpc::TodoSource source;
  source.collection = "samples";
  for (const ClockRow& row : Rows()) {
    if (std::find(source.kinds.begin(), source.kinds.end(), row.kind) == source.kinds.end()) {
      source.kinds.push_back(row.kind);
    }
  }
  source.read = [&edge](store::ReadTx& tx, const store::OpenMatter& matter, absl::Time now) {
    return ReadClocks(tx, edge, matter, now);
  };
  return source;
}

}  // namespace shian::inspection::sampling
