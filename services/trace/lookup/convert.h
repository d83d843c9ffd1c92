// Between the proto of cards and codes and the domain.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/base/time.h"
#include "libs/errors/errors.h"
#include "libs/qr/qr.h"
#include "services/trace/lookup/card.h"
#include "services/trace/lookup/scan.h"
#include "services/trace/lookup/store.h"
#include "shian/trace/v1/code_service.pb.h"
#include "shian/trace/v1/lookup_service.pb.h"

namespace shian::trace::lookup {

// What a request names; a rule against `field` when it names no goods.
Goods ToGoods(const std::string& text, absl::string_view field, errors::Violations* wrong);

struct IssueOrder {
  Goods goods;
  std::string operator_;
  std::string link;
};
absl::StatusOr<IssueOrder> ToOrder(const v1::IssueCodeRequest& in, const std::string& resolver);
// `region` stands for an empty one.
absl::StatusOr<CodeFilter> ToFilter(const v1::ListCodesRequest& in, const std::string& region);
absl::StatusOr<ScanFilter> ToFilter(const v1::ListScansRequest& in, Date today);

struct Drawing {
  std::string code;  // id
  bool png = false;
  qr::Correction correction = qr::Correction::kMedium;
  int module_pixels = 0;
};
absl::StatusOr<Drawing> ToDrawing(const v1::RenderCodeRequest& in);

common::v1::Date ToProto(Date date);
v1::TraceCode ToProto(const Code& code);
v1::CardStep ToProto(const Step& step);
// Without lots and proof.
v1::CardRecall ToProto(const Recall& recall);
v1::ScanCount ToProto(const ScanRow& row);

// A row of ListScans as the key of a page, and back.
std::string ToText(const ScanKey& key);
absl::StatusOr<ScanKey> ToKey(const std::string& text);

}  // namespace shian::trace::lookup
