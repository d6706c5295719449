/* SPDX-License-Identifier: MIT */
/*
 * A moment on CLOCK_MONOTONIC, in milliseconds: made once where a call enters
 * the library, and handed down, so that every wait below counts against it.
 */
#ifndef AET_CORE_DEADLINE_H
#define AET_CORE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

typedef int64_t aet__deadline;

#define AET__NEVER INT64_MAX

/* Milliseconds on the monotonic clock. */
int64_t aet__clock_ms(void);

/* timeout_ms from now; 0 or less is AET__NEVER. */
aet__deadline aet__deadline_in(int64_t timeout_ms);

aet__deadline aet__deadline_earlier(aet__deadline a, aet__deadline b);

/* What is left, at least 0, for poll(2): -1 for never. */
int aet__deadline_left(aet__deadline deadline);

bool aet__deadline_passed(aet__deadline deadline);

/* For pthread_cond_timedwait on a CLOCK_MONOTONIC condition. */
struct timespec aet__deadline_timespec(aet__deadline deadline);

/* Sleeps for ms, or until the deadline; through signals. */
void aet__sleep_ms(int64_t ms, aet__deadline deadline);

/* A number in [low, high], for jitter only: not for secrets. Thread-safe. */
int64_t aet__jitter(int64_t low, int64_t high);

#endif
