/* SPDX-License-Identifier: MIT */
/*
 * Making the n-th allocation fail: of the library's own code (its calls are
 * led here by the linker's --wrap), or of the whole process, libpq and
 * jansson with it. Only the thread that armed it is met, and only once.
 */
#ifndef TEST_SUPPORT_ALLOCATION_H
#define TEST_SUPPORT_ALLOCATION_H

#include <stdbool.h>

typedef enum test_allocation_scope {
	TEST_ALLOCATION_LIBRARY,
	TEST_ALLOCATION_PROCESS
} test_allocation_scope;

/* False where another allocator (a sanitizer's) has the process's place. */
bool test_allocation_sees_process(void);

/* The nth from now on, from 1, fails. */
void test_allocation_fail(test_allocation_scope scope, unsigned long nth);

/* Ends that; whether one was made to fail. */
bool test_allocation_end(void);

/* Blocks that the process has and has not freed; 0 where it cannot be seen. */
long test_allocation_live(void);

#endif
