// From the proof bundle as messages carry it to the plain one that Verify takes, and back. Header
// only, so that a tool can verify without linking any service:
//   draw::Verify(draw::ToBundle(message))
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "services/inspection/draw/verify.h"
#include "shian/inspection/v1/draw_proof.pb.h"

namespace shian::inspection::draw {

inline Lock ToLock(const v1::ProofBundle& in) {
  Lock lock;
  lock.draw = in.draw();
  lock.title = in.title();
  lock.region = in.region();
  lock.lock_time_us = in.lock_time_us();
  lock.public_source = in.public_source();
  lock.public_time_us = in.public_time_us();
  lock.inspectors_per_operator = in.inspectors_per_operator();
  lock.inspector_capacity = in.inspector_capacity();
  for (const auto& one : in.strata()) {
    lock.strata.push_back({one.key(), one.take(), {one.ids().begin(), one.ids().end()}});
  }
  lock.inspectors.assign(in.inspectors().begin(), in.inspectors().end());
  for (const auto& one : in.recusals()) lock.recusals.push_back({one.operator_(), one.inspector()});
  for (const auto& one : in.shares()) {
    lock.shares.push_back({one.department(), one.commitment(), one.secret()});
  }
  return lock;
}

inline Bundle ToBundle(const v1::ProofBundle& in) {
  Bundle bundle;
  bundle.lock = ToLock(in);
  for (const auto& one : in.strata()) bundle.stratum_roots.push_back(one.frame_root());
  bundle.frame_root = in.frame_root();
  bundle.lock_hash = in.lock_hash();
  bundle.public_value = in.public_value();
  bundle.seed = in.seed();
  for (const auto& one : in.selections()) {
    bundle.selections.push_back({one.operator_(), one.stratum(), one.rank(),
                                 {one.inspectors().begin(), one.inspectors().end()}});
  }
  for (const auto& one : in.replacements()) bundle.replacements.push_back(one.operator_());
  return bundle;
}

}  // namespace shian::inspection::draw
