// Preloaded into programs under ThreadSanitizer. Debian's abseil is not instrumented, so the
// sanitizer does not see that a mutex orders what happens round it and would report every field it
// guards. Here each call says so and then does what abseil does. A library on its own, since only
// a preloaded one stands before abseil also for the calls of gRPC.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

// Absent in programs that are not instrumented, such as the test's own tools.
extern "C" {
void __tsan_acquire(void*) __attribute__((weak));
void __tsan_release(void*) __attribute__((weak));
void AnnotateIgnoreReadsBegin(const char*, int) __attribute__((weak));
void AnnotateIgnoreReadsEnd(const char*, int) __attribute__((weak));
}

namespace {

void Acquire(const void* at) {
  if (__tsan_acquire != nullptr) __tsan_acquire(const_cast<void*>(at));
}
void Release(const void* at) {
  if (__tsan_release != nullptr) __tsan_release(const_cast<void*>(at));
}

// abseil evaluates a waiter's condition in whichever thread holds the mutex, also while that thread
// is giving it up: those reads are in order, but not where the sanitizer can see it.
class Unseen {
 public:
  Unseen() {
    if (AnnotateIgnoreReadsBegin != nullptr) AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
  }
  ~Unseen() {
    if (AnnotateIgnoreReadsEnd != nullptr) AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }
};

// abseil's own function of this mangled name, behind its inline namespace.
template <class Result, class... Args>
auto Abseil(const char* name) {
  void* found = dlsym(RTLD_NEXT, name);
  if (found == nullptr) {
    std::fprintf(stderr, "abseil_mutex: no %s in this abseil\n", name);
    std::abort();
  }
  return reinterpret_cast<Result (*)(Args...)>(found);
}

}  // namespace

// "7debian3" is the inline namespace of Debian 12's abseil.
#define SHIAN_ABSEIL(name) "_ZN4absl7debian3" name
#define SHIAN_ABSEIL_CONST(name) "_ZNK4absl7debian3" name

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() {
  static const auto lock = Abseil<void, Mutex*>(SHIAN_ABSEIL("5Mutex4LockEv"));
  lock(this);
  Acquire(this);
}

void Mutex::Unlock() {
  static const auto unlock = Abseil<void, Mutex*>(SHIAN_ABSEIL("5Mutex6UnlockEv"));
  Release(this);
  const Unseen unseen;
  unlock(this);
}

bool Mutex::TryLock() {
  static const auto try_lock = Abseil<bool, Mutex*>(SHIAN_ABSEIL("5Mutex7TryLockEv"));
  const bool locked = try_lock(this);
  if (locked) Acquire(this);
  return locked;
}

void Mutex::ReaderLock() {
  static const auto lock = Abseil<void, Mutex*>(SHIAN_ABSEIL("5Mutex10ReaderLockEv"));
  lock(this);
  Acquire(this);
}

void Mutex::ReaderUnlock() {
  static const auto unlock = Abseil<void, Mutex*>(SHIAN_ABSEIL("5Mutex12ReaderUnlockEv"));
  Release(this);
  const Unseen unseen;
  unlock(this);
}

void Mutex::LockWhen(const Condition& condition) {
  static const auto lock =
      Abseil<void, Mutex*, const Condition&>(SHIAN_ABSEIL("5Mutex8LockWhenERKNS0_9ConditionE"));
  {
    const Unseen unseen;
    lock(this, condition);
  }
  Acquire(this);
}

void Mutex::Await(const Condition& condition) {
  static const auto await =
      Abseil<void, Mutex*, const Condition&>(SHIAN_ABSEIL("5Mutex5AwaitERKNS0_9ConditionE"));
  Release(this);
  {
    const Unseen unseen;
    await(this, condition);
  }
  Acquire(this);
}

bool Mutex::AwaitWithTimeout(const Condition& condition, Duration timeout) {
  static const auto await = Abseil<bool, Mutex*, const Condition&, Duration>(
      SHIAN_ABSEIL("5Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE"));
  Release(this);
  bool holds = false;
  {
    const Unseen unseen;
    holds = await(this, condition, timeout);
  }
  Acquire(this);
  return holds;
}

bool Mutex::AwaitWithDeadline(const Condition& condition, Time deadline) {
  static const auto await = Abseil<bool, Mutex*, const Condition&, Time>(
      SHIAN_ABSEIL("5Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE"));
  Release(this);
  bool holds = false;
  {
    const Unseen unseen;
    holds = await(this, condition, deadline);
  }
  Acquire(this);
  return holds;
}

void CondVar::Wait(Mutex* mutex) {
  static const auto wait =
      Abseil<void, CondVar*, Mutex*>(SHIAN_ABSEIL("7CondVar4WaitEPNS0_5MutexE"));
  Release(mutex);
  wait(this, mutex);
  Acquire(mutex);
}

bool CondVar::WaitWithTimeout(Mutex* mutex, Duration timeout) {
  static const auto wait = Abseil<bool, CondVar*, Mutex*, Duration>(
      SHIAN_ABSEIL("7CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE"));
  Release(mutex);
  const bool late = wait(this, mutex, timeout);
  Acquire(mutex);
  return late;
}

bool CondVar::WaitWithDeadline(Mutex* mutex, Time deadline) {
  static const auto wait = Abseil<bool, CondVar*, Mutex*, Time>(
      SHIAN_ABSEIL("7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE"));
  Release(mutex);
  const bool late = wait(this, mutex, deadline);
  Acquire(mutex);
  return late;
}

void Notification::Notify() {
  static const auto notify = Abseil<void, Notification*>(SHIAN_ABSEIL("12Notification6NotifyEv"));
  Release(this);
  notify(this);
}

void Notification::WaitForNotification() const {
  static const auto wait = Abseil<void, const Notification*>(
      SHIAN_ABSEIL_CONST("12Notification19WaitForNotificationEv"));
  wait(this);
  Acquire(this);
}

bool Notification::WaitForNotificationWithTimeout(Duration timeout) const {
  static const auto wait = Abseil<bool, const Notification*, Duration>(
      SHIAN_ABSEIL_CONST("12Notification30WaitForNotificationWithTimeoutENS0_8DurationE"));
  const bool notified = wait(this, timeout);
  if (notified) Acquire(this);
  return notified;
}

bool BlockingCounter::DecrementCount() {
  static const auto decrement =
      Abseil<bool, BlockingCounter*>(SHIAN_ABSEIL("15BlockingCounter14DecrementCountEv"));
  Release(this);
  return decrement(this);
}

void BlockingCounter::Wait() {
  static const auto wait = Abseil<void, BlockingCounter*>(SHIAN_ABSEIL("15BlockingCounter4WaitEv"));
  wait(this);
  Acquire(this);
}

ABSL_NAMESPACE_END
}  // namespace absl
