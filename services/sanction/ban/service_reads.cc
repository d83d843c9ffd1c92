// The reads of shian.sanction.v1.BanService.
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status_macros.h"
#include "libs/rpc/page.h"
#include "services/sanction/ban/limits.h"
#include "services/sanction/ban/service.h"
#include "services/sanction/ban/store.h"
#include "services/sanction/listing/convert.h"
#include "services/sanction/party/limits.h"

namespace shian::sanction {
namespace {

using codes::KeyedHash;
using convert::Reader;
using Need = Reader::Need;

// The people of a request, by their hashes.
std::vector<std::vector<KeyedHash>> ToPeople(const v1::CheckBanRequest& in,
                                             const codes::IdentityHasher& hasher, Reader* reader) {
  std::vector<std::vector<KeyedHash>> people;
  if (in.people_size() < 1 || in.people_size() > limits::kPeopleMax) {
    reader->Wrong("people", {absl::StrCat("must be 1 to ", limits::kPeopleMax),
                             absl::StrCat("应为1至", limits::kPeopleMax, "人")});
    return people;
  }
  std::set<std::string> refs;
  for (int i = 0; i < in.people_size(); ++i) {
    const std::string field = absl::StrCat("people[", i, "]");
    const std::string ref = reader->Line(field + ".client_ref", in.people(i).client_ref(),
                                         limits::kIdCharsMax, Need::kRequired);
    if (!refs.insert(ref).second) {
      reader->Wrong(field + ".client_ref", {"stands twice", "重复"});
    }
    people.push_back(convert::ToHashes(field + ".person", in.people(i).person(), hasher, reader));
  }
  return people;
}

}  // namespace

BanService::Reactor* BanService::GetBan(Context* context, const v1::GetBanRequest* in,
                                        v1::GetBanResponse* out) {
  return edge_.Read(context, in, out,
                    [this](const rpc::Call& call, const v1::GetBanRequest& in, store::ReadTx& tx,
                           v1::GetBanResponse* out) -> absl::Status {
                      Reader reader;
                      const convert::MatterName name = reader.Matter("name", in.name(), "bans");
                      const absl::Time as_of =
                          reader.Time("as_of", in.has_as_of(), in.as_of(), call.now());
                      const absl::Time known_at = reader.Time(
                          "known_at", in.has_known_at(), in.known_at(), absl::InfiniteFuture());
                      RETURN_IF_ERROR(reader.ToStatus());
                      ASSIGN_OR_RETURN(Ban ban, Open(tx, call, name, ""));
                      const std::optional<Ban> then = KnownBy(std::move(ban), known_at);
                      if (!then) return errors::NotFound(in.name());
                      ASSIGN_OR_RETURN(*out->mutable_ban(), Show(tx, *then, ToDate(as_of)));
                      return absl::OkStatus();
                    });
}

BanService::Reactor* BanService::ListBans(Context* context, const v1::ListBansRequest* in,
                                          v1::ListBansResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::ListBansRequest& in, store::ReadTx& tx,
             v1::ListBansResponse* out) -> absl::Status {
        ASSIGN_OR_RETURN(const auto page, rpc::OpenPage(in, call.now()));
        Reader reader;
        const absl::Time as_of = reader.Time("as_of", in.has_as_of(), in.as_of(), call.now());
        const absl::Time known_at = convert::KnownAt(in, page, &reader);
        RETURN_IF_ERROR(reader.ToStatus());
        v1::ListBansRequest asked = in;
        if (in.region().empty()) asked.set_region(call.officer().region);
        ASSIGN_OR_RETURN(const PageQuery query, convert::ToPageQuery(call, asked, page));
        ASSIGN_OR_RETURN(const std::vector<Ban> bans, sanction::ListBans(tx, query));
        for (const Ban& ban : bans) {
          const std::optional<Ban> then = KnownBy(ban, known_at);
          if (!then) continue;
          call.NoteResource(then->name());
          ASSIGN_OR_RETURN(*out->add_bans(), Show(tx, *then, ToDate(as_of)));
        }
        if (static_cast<int>(bans.size()) < page.size) return absl::OkStatus();
        out->set_next_page_token(
            rpc::NextPage(page, PageKey(bans.back().id.value(), bans.back().op), call.now()));
        return absl::OkStatus();
      });
}

BanService::Reactor* BanService::CheckBan(Context* context, const v1::CheckBanRequest* in,
                                          v1::CheckBanResponse* out) {
  return edge_.Read(
      context, in, out,
      [this](const rpc::Call& call, const v1::CheckBanRequest& in, store::ReadTx& tx,
             v1::CheckBanResponse* out) -> absl::Status {
        Reader reader;
        convert::ToPurpose(in.purpose(), in.reference(), &reader);
        const auto people = ToPeople(in, hasher_, &reader);
        RETURN_IF_ERROR(reader.ToStatus());
        const Date today = ToDate(call.now());
        for (int i = 0; i < in.people_size(); ++i) {
          ASSIGN_OR_RETURN(const std::vector<Ban> bans, BansOn(tx, people[static_cast<size_t>(i)]));
          for (const Ban& ban : bans) {
            if (StateOn(ban, today) == BanState::kInForce) {
              call.NoteResource(ban.name());
            }
          }
          *out->add_checks() = convert::ToCheck(BarringOn(bans, today), in.people(i).client_ref());
        }
        *out->mutable_date() = convert::ToProto(today);
        return absl::OkStatus();
      });
}

}  // namespace shian::sanction
