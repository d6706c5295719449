/* SPDX-License-Identifier: MIT */
#include "core/deadline.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>

int64_t
aet__clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

aet__deadline
aet__deadline_in(int64_t timeout_ms)
{
	if (timeout_ms <= 0)
		return AET__NEVER;
	return aet__clock_ms() + timeout_ms;
}

aet__deadline
aet__deadline_earlier(aet__deadline a, aet__deadline b)
{
	return a < b ? a : b;
}

int
aet__deadline_left(aet__deadline deadline)
{
	int64_t left;

	if (deadline == AET__NEVER)
		return -1;
	left = deadline - aet__clock_ms();
	if (left < 0)
		return 0;
	return left < INT_MAX ? (int)left : INT_MAX;
}

bool
aet__deadline_passed(aet__deadline deadline)
{
	return deadline != AET__NEVER && aet__clock_ms() >= deadline;
}

struct timespec
aet__deadline_timespec(aet__deadline deadline)
{
	/* "Never" is cut to some 30 years, which every libc can add up. */
	int64_t ms = deadline < (int64_t)1 << 40 ? deadline : (int64_t)1 << 40;
	struct timespec spec;

	spec.tv_sec = (time_t)(ms / 1000);
	spec.tv_nsec = (long)(ms % 1000) * 1000000;
	return spec;
}

void
aet__sleep_ms(int64_t ms, aet__deadline deadline)
{
	aet__deadline until = aet__deadline_earlier(aet__clock_ms() + ms, deadline);
	struct timespec spec = aet__deadline_timespec(until);

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &spec, NULL) == EINTR)
		continue;
}

/* splitmix64's finisher over the clock and the stack's address: enough to part
 * processes that wake at once. */
int64_t
aet__jitter(int64_t low, int64_t high)
{
	struct timespec now;
	uint64_t bits;

	if (high <= low)
		return low;
	clock_gettime(CLOCK_MONOTONIC, &now);
	bits = (uint64_t)now.tv_nsec * UINT64_C(0x9E3779B97F4A7C15) ^ (uintptr_t)&now;
	bits = (bits ^ (bits >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	bits = (bits ^ (bits >> 27)) * UINT64_C(0x94D049BB133111EB);
	bits ^= bits >> 31;
	return low + (int64_t)(bits % (uint64_t)(high - low + 1));
}
