/* SPDX-License-Identifier: MIT */
#include "support/allocation.h"

#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* The formats here are those of whoever is stood in for. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SEES_PROCESS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define SEES_PROCESS 0
#endif
#endif
#if !defined(SEES_PROCESS) && defined(__GLIBC__)
#define SEES_PROCESS 1
#elif !defined(SEES_PROCESS)
#define SEES_PROCESS 0
#endif

static _Thread_local struct {
	bool armed;
	bool failed;
	test_allocation_scope scope;
	unsigned long left;
} plan;

static long live;

static bool
fails(test_allocation_scope scope)
{
	if (!plan.armed || plan.scope != scope || plan.left == 0)
		return false;
	if (--plan.left > 0)
		return false;
	plan.failed = true;
	errno = ENOMEM;
	return true;
}

bool
test_allocation_sees_process(void)
{
	return SEES_PROCESS;
}

void
test_allocation_fail(test_allocation_scope scope, unsigned long nth)
{
	plan.scope = scope;
	plan.left = nth;
	plan.failed = false;
	plan.armed = true;
}

bool
test_allocation_end(void)
{
	plan.armed = false;
	return plan.failed;
}

long
test_allocation_live(void)
{
	return __atomic_load_n(&live, __ATOMIC_SEQ_CST);
}

/* ---- the library's own calls: ld --wrap ------------------------------- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
int __wrap_vasprintf(char **out, const char *format, va_list args);
int __wrap_asprintf(char **out, const char *format, ...);
int __wrap___vasprintf_chk(char **out, int flag, const char *format, va_list args);
int __wrap___asprintf_chk(char **out, int flag, const char *format, ...);

void *
__wrap_malloc(size_t size)
{
	return fails(TEST_ALLOCATION_LIBRARY) ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return fails(TEST_ALLOCATION_LIBRARY) ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return fails(TEST_ALLOCATION_LIBRARY) ? NULL : __real_realloc(old, size);
}

/* By hand, since each of libc's own ways to it is wrapped. */
static int
print(char **out, const char *format, va_list args)
{
	va_list again;
	int len;

	if (fails(TEST_ALLOCATION_LIBRARY))
		return -1;
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	*out = len >= 0 ? __real_malloc((size_t)len + 1) : NULL;
	return *out != NULL ? vsnprintf(*out, (size_t)len + 1, format, args) : -1;
}

int
__wrap_vasprintf(char **out, const char *format, va_list args)
{
	return print(out, format, args);
}

int
__wrap___vasprintf_chk(char **out, int flag, const char *format, va_list args)
{
	(void)flag;
	return print(out, format, args);
}

int
__wrap_asprintf(char **out, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = print(out, format, args);
	va_end(args);
	return len;
}

int
__wrap___asprintf_chk(char **out, int flag, const char *format, ...)
{
	va_list args;
	int len;

	(void)flag;
	va_start(args, format);
	len = print(out, format, args);
	va_end(args);
	return len;
}

/* ---- everybody's calls: glibc's own ("Replacing malloc") --------------- */

#if SEES_PROCESS

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

static void *
counted(void *block)
{
	if (block != NULL)
		__atomic_add_fetch(&live, 1, __ATOMIC_SEQ_CST);
	return block;
}

void *
malloc(size_t size)
{
	return fails(TEST_ALLOCATION_PROCESS) ? NULL : counted(__libc_malloc(size));
}

void *
calloc(size_t count, size_t size)
{
	return fails(TEST_ALLOCATION_PROCESS) ? NULL
					      : counted(__libc_calloc(count, size));
}

void *
realloc(void *old, size_t size)
{
	if (fails(TEST_ALLOCATION_PROCESS))
		return NULL;
	if (old == NULL)
		return counted(__libc_realloc(NULL, size));
	if (size == 0) {
		free(old);
		return NULL;
	}
	return __libc_realloc(old, size);
}

void *
memalign(size_t alignment, size_t size)
{
	return fails(TEST_ALLOCATION_PROCESS) ? NULL
					      : counted(__libc_memalign(alignment, size));
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

int
posix_memalign(void **out, size_t alignment, size_t size)
{
	void *block = memalign(alignment, size);

	if (block == NULL)
		return ENOMEM;
	*out = block;
	return 0;
}

void
free(void *block)
{
	if (block != NULL)
		__atomic_sub_fetch(&live, 1, __ATOMIC_SEQ_CST);
	__libc_free(block);
}

#endif
