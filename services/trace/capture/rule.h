// The rules an EPCIS document or event can break. Ids are stable: senders key their fixes on them.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace shian::trace {

struct Rule {
  const char* id;
  const char* en;
  const char* zh;
};

// One broken rule, and where.
struct Violation {
  const Rule* rule = nullptr;
  std::string field;  // path within the event or document: "quantityList[2].quantity"
  std::string value;  // what stood there, cut
};

// Collects what is wrong with one event, up to a bound.
class Findings {
 public:
  void Add(const Rule& rule, std::string field, absl::string_view value = "");
  bool empty() const { return violations_.empty(); }
  const std::vector<Violation>& violations() const { return violations_; }

 private:
  std::vector<Violation> violations_;
};

namespace rules {

inline constexpr Rule kJsonSyntax{"JSON_SYNTAX", "is not valid JSON", "不是有效的JSON"};
inline constexpr Rule kJsonTooDeep{"JSON_TOO_DEEP", "is nested too deep", "嵌套层数过深"};
inline constexpr Rule kJsonTooLarge{"JSON_TOO_LARGE", "is too large", "内容过大"};
inline constexpr Rule kJsonDuplicateKey{"JSON_DUPLICATE_KEY", "names a member twice",
                                        "同一成员出现两次"};
inline constexpr Rule kJsonEncoding{"JSON_ENCODING", "is not UTF-8 text", "不是UTF-8文本"};
inline constexpr Rule kXmlSyntax{"XML_SYNTAX", "is not well-formed XML 1.0",
                                 "不是格式良好的XML 1.0"};
inline constexpr Rule kXmlTooDeep{"XML_TOO_DEEP", "is nested too deep", "嵌套层数过深"};
inline constexpr Rule kXmlTooLarge{"XML_TOO_LARGE", "is too large", "内容过大"};
inline constexpr Rule kXmlDoctype{"XML_DTD", "declares a document type, which is not taken",
                                  "不接受文档类型声明（DTD）"};
inline constexpr Rule kXmlEntity{"XML_ENTITY", "uses an entity other than the five of XML itself",
                                 "使用了XML五个预定义实体以外的实体"};
inline constexpr Rule kXmlEncoding{"XML_ENCODING", "is not UTF-8 text", "不是UTF-8文本"};
inline constexpr Rule kXmlNamespace{"XML_NAMESPACE", "uses a prefix that is not bound",
                                    "使用了未绑定命名空间的前缀"};
inline constexpr Rule kXmlDuplicateAttribute{"XML_DUPLICATE_ATTRIBUTE", "names an attribute twice",
                                             "同一属性出现两次"};
inline constexpr Rule kXmlImpossible{"XML_CANNOT_HOLD", "holds a name or character that XML cannot",
                                     "含有XML无法表示的名称或字符"};
inline constexpr Rule kDocumentType{"DOCUMENT_TYPE",
                                    "must be an EPCISDocument or EPCISQueryDocument",
                                    "文档类型须为EPCISDocument或EPCISQueryDocument"};
inline constexpr Rule kDocumentVersion{"DOCUMENT_VERSION", "schemaVersion must be 2.0 or 2.0.x",
                                       "schemaVersion须为2.0或2.0.x"};
inline constexpr Rule kDocumentCreated{"DOCUMENT_CREATION_DATE",
                                       "creationDate must be a time with its zone",
                                       "creationDate须为带时区的时间"};
inline constexpr Rule kDocumentEmpty{"DOCUMENT_EMPTY", "holds no event list", "文档没有事件列表"};
inline constexpr Rule kDocumentTooMany{"DOCUMENT_TOO_MANY_EVENTS",
                                       "holds too many events (500 in one call)",
                                       "文档事件过多（一次调用至多500个）"};
inline constexpr Rule kContextMissing{"CONTEXT_MISSING", "does not name the EPCIS context",
                                      "未引用EPCIS上下文"};
inline constexpr Rule kContextUnknown{"CONTEXT_UNKNOWN", "names a context that cannot be resolved",
                                      "引用了无法解析的上下文"};
inline constexpr Rule kContextMalformed{"CONTEXT_MALFORMED", "is no JSON-LD context",
                                        "不是有效的JSON-LD上下文"};
inline constexpr Rule kContextNested{"CONTEXT_NESTED",
                                     "holds a context; only a document or an event has one",
                                     "含有嵌套的@context，仅文档和事件可带上下文"};
inline constexpr Rule kEventShape{"EVENT_NOT_OBJECT", "must be a JSON object", "事件须为JSON对象"};
inline constexpr Rule kEventType{"EVENT_TYPE_UNKNOWN", "must be one of the five event types",
                                 "须为五种事件类型之一"};
inline constexpr Rule kEventTimeMissing{"EVENT_TIME_MISSING", "eventTime is required",
                                        "缺少eventTime"};
inline constexpr Rule kTimeMalformed{"TIME_MALFORMED", "must be a time with its zone",
                                     "须为带时区的时间"};
inline constexpr Rule kZoneMissing{"TIME_ZONE_OFFSET_MISSING", "eventTimeZoneOffset is required",
                                   "缺少eventTimeZoneOffset"};
inline constexpr Rule kZoneMalformed{"TIME_ZONE_OFFSET_MALFORMED", "must be like +08:00",
                                     "须形如+08:00"};
inline constexpr Rule kActionMissing{"ACTION_MISSING", "action is required", "缺少action"};
inline constexpr Rule kActionUnknown{"ACTION_UNKNOWN", "must be ADD, OBSERVE or DELETE",
                                     "须为ADD、OBSERVE或DELETE"};
inline constexpr Rule kFieldUnknown{"FIELD_UNKNOWN", "is no field of EPCIS 2.0",
                                    "不是EPCIS 2.0的字段"};
inline constexpr Rule kFieldNotAllowed{"FIELD_NOT_ALLOWED", "does not belong in this event type",
                                       "该事件类型没有此字段"};
inline constexpr Rule kFieldType{"FIELD_TYPE", "has a value of the wrong JSON type",
                                 "值的JSON类型不对"};
inline constexpr Rule kPrefixUnknown{
    "EXTENSION_PREFIX_UNKNOWN", "has a prefix that no context defines", "前缀未在上下文中定义"};
inline constexpr Rule kObjectEmpty{"OBJECT_EMPTY", "names no object and no sensor data",
                                   "没有对象也没有传感数据"};
inline constexpr Rule kParentMissing{"PARENT_MISSING", "needs parentID with ADD and DELETE",
                                     "ADD和DELETE须有parentID"};
inline constexpr Rule kChildrenMissing{"CHILDREN_MISSING", "needs children with ADD and OBSERVE",
                                       "ADD和OBSERVE须有子项"};
inline constexpr Rule kOneSided{"TRANSFORMATION_ONE_SIDED",
                                "needs inputs and outputs, or a transformationID",
                                "须有投入和产出，或有transformationID"};
inline constexpr Rule kTransactionsMissing{"BIZ_TRANSACTION_LIST_MISSING",
                                           "needs a bizTransactionList", "缺少bizTransactionList"};
inline constexpr Rule kIlmdAction{"ILMD_ACTION", "ilmd belongs to action ADD only",
                                  "ilmd仅用于ADD"};
inline constexpr Rule kUriMalformed{"URI_MALFORMED", "must be a URI of at most 500 bytes",
                                    "须为不超过500字节的URI"};
inline constexpr Rule kEpcMalformed{"EPC_MALFORMED", "is no well-formed GS1 identifier",
                                    "不是格式正确的GS1标识"};
inline constexpr Rule kEpcCheckDigit{"EPC_CHECK_DIGIT", "has a wrong check digit", "校验位错误"};
inline constexpr Rule kEpcLength{"EPC_LENGTH",
                                 "has not as many digits as its scheme; kept as it is written",
                                 "位数与其编码方案不符，按原样保存"};
inline constexpr Rule kTooManyLinks{"TOO_MANY_IDENTIFIERS", "names more than 2,000 identifiers",
                                    "标识超过2000个"};
inline constexpr Rule kQuantity{"QUANTITY_MALFORMED", "must be a number of at least 0",
                                "须为不小于0的数"};
inline constexpr Rule kUom{"UOM_MALFORMED", "must be a UN/CEFACT unit of 1 to 3 characters",
                           "须为1至3位UN/CEFACT计量单位代码"};
inline constexpr Rule kUomAlone{"UOM_WITHOUT_QUANTITY", "a unit needs a quantity",
                                "有计量单位而无数量"};
inline constexpr Rule kWordUnknown{"VOCABULARY_UNKNOWN",
                                   "is no word of the CBV; private words are URIs",
                                   "不是CBV词汇；自定义词须为URI"};
inline constexpr Rule kEntryMissing{"ENTRY_INCOMPLETE", "lacks a required member",
                                    "缺少必需的成员"};
inline constexpr Rule kSensorReports{"SENSOR_REPORT_MISSING",
                                     "a sensor element needs at least one sensorReport",
                                     "传感元素至少要有一个sensorReport"};
inline constexpr Rule kSensorTwice{"SENSOR_FIELD_TWICE",
                                   "stands in sensorMetadata and in sensorReport: one is enough",
                                   "同时写在sensorMetadata和sensorReport中，应只写一处"};
inline constexpr Rule kSensorLate{"SENSOR_TIME_AFTER_EVENT", "is later than the event itself",
                                  "传感时间晚于事件时间"};
inline constexpr Rule kNewLotMoving{"LOT_MADE_IN_TRANSIT",
                                    "a lot begins where goods are made or first packed, not on "
                                    "their way",
                                    "批次应在生产或首次包装时产生，不在运输途中产生"};
inline constexpr Rule kEpcTwice{"IDENTIFIER_TWICE", "stands twice in one list",
                                "同一列表中标识重复"};
inline constexpr Rule kNationalCode{"NATIONAL_CODE_MALFORMED",
                                    "is no batch code urn:shian:lot:SCHEME:SUBJECT:BATCH",
                                    "不是urn:shian:lot:体系:主体:批次形式的批次码"};
inline constexpr Rule kRowSize{"EVENT_TOO_LARGE", "is larger than 200,000 bytes",
                               "事件超过200000字节"};
inline constexpr Rule kEventIdTaken{"EVENT_ID_CONFLICT",
                                    "another event with other content bears this event id",
                                    "该eventID已用于内容不同的事件"};

}  // namespace rules
}  // namespace shian::trace
