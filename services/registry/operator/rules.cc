#include "services/registry/operator/rules.h"

#include <utility>

#include "libs/base/text.h"
#include "libs/errors/errors.h"

namespace shian::registry {

std::optional<RowViolation> CheckSameOperator(const Operator& known, const Profile& said) {
  if (known.core.status == Status::kErased) {
    return RowViolation{"source_id",
                        {"names an operator that was erased by lawful order",
                         "对应的主体已依法删除", "OPERATOR_ERASED"},
                        ""};
  }
  if (IsNamedByCode(known.core.form) != IsNamedByCode(said.core.form)) {
    return RowViolation{"form",
                        {"turns a legal person into someone else or back; file it as a new record",
                         "主体性质在法人与其他之间变更，应作为新记录报送", "FORM_CHANGED"},
                        ""};
  }
  if (IsNamedByCode(said.core.form) && said.payload.code != known.id.value()) {
    return RowViolation{
        "code",
        {"is another one than this record had", "与该记录原有代码不同", "CODE_CHANGED"},
        said.payload.code};
  }
  return std::nullopt;
}

RowViolation CodeHeld(const Profile& said) {
  const std::string& code = said.payload.code;
  return {"code",
          {"belongs to a record with another source id", "已属于另一来源编号的记录", "CODE_HELD"},
          IsPerson(said.core.form) ? MaskCode(code) : code};
}

absl::Status CheckErasable(const Operator& op) {
  const errors::Args name = {{"name", OperatorName(op.id)}};
  if (op.core.status == Status::kErased) {
    return errors::Refuse(errors::Reason::kOperatorErased, name);
  }
  if (IsPerson(op.core.form)) return absl::OkStatus();
  return errors::Refuse(errors::Reason::kOperatorNotAPerson, name, {"个人信息保护法", "第四条"});
}

Core WithoutContent(const Core& core) {
  Core left;
  left.region = core.region;
  left.kind = core.kind;
  left.form = core.form;
  left.status = core.status;
  return left;
}

Operator Erased(Operator op, ErasureOrder order, absl::Time now) {
  Operator left;
  left.id = std::move(op.id);
  left.version = op.version + 1;
  left.provenance = std::move(op.provenance);
  left.provenance.recorded = now;
  left.core = WithoutContent(op.core);
  left.core.status = Status::kErased;
  left.created = op.created;
  left.restrictions = std::move(op.restrictions);
  left.erasure = std::move(order);
  return left;
}

}  // namespace shian::registry
