/* SPDX-License-Identifier: MIT */
/*
 * Stand-ins for argon2_ctx and getrandom, for the one source of a test: it sees
 * what libargon2 is asked, holds it up, or makes it fail.
 */
#ifndef AET_SUPPORT_ARGON2_STAND_IN_H
#define AET_SUPPORT_ARGON2_STAND_IN_H

#include <argon2.h>
#include <check.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool held;  /* calls wait until it is taken back */
	int result; /* given instead of hashing, unless ARGON2_OK */
	int inside;
	int peak;
	int calls;
	argon2_context seen;
} argon = { .mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

static bool randomness_fails;

static int
argon2_ctx_real(argon2_context *context, argon2_type type)
{
	int (*real)(argon2_context *, argon2_type);
	void *symbol = dlsym(RTLD_NEXT, "argon2_ctx");

	/* Naming another of its functions keeps a linker that drops what is not
	 * needed from dropping libargon2. */
	if (symbol == NULL)
		ck_abort_msg("%s", argon2_error_message(ARGON2_MISSING_ARGS));
	memcpy(&real, &symbol, sizeof(real));
	return real(context, type);
}

int
argon2_ctx(argon2_context *context, argon2_type type)
{
	int result;

	pthread_mutex_lock(&argon.mutex);
	argon.calls++;
	argon.inside++;
	argon.peak = argon.inside > argon.peak ? argon.inside : argon.peak;
	argon.seen = *context;
	pthread_cond_broadcast(&argon.changed);
	while (argon.held)
		pthread_cond_wait(&argon.changed, &argon.mutex);
	result = argon.result;
	pthread_mutex_unlock(&argon.mutex);
	if (result == ARGON2_OK)
		result = argon2_ctx_real(context, type);
	pthread_mutex_lock(&argon.mutex);
	argon.inside--;
	pthread_mutex_unlock(&argon.mutex);
	return result;
}

ssize_t
getrandom(void *data, size_t len, unsigned flags)
{
	if (!randomness_fails)
		return syscall(SYS_getrandom, data, len, flags);
	errno = ENOSYS;
	return -1;
}

#endif
