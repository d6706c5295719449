/* SPDX-License-Identifier: MIT */
#include <aeturnis/password.h>

#include <argon2.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "core/error.h"
#include "core/memory.h"
#include "password/gate.h"
#include "password/phc.h"

#define DEFAULT_MEMORY_KIB 65536
#define DEFAULT_PASSES 3
#define DEFAULT_PARALLELISM 4
#define DEFAULT_WAIT_MS 5000
#define SALT_LEN 16
#define TAG_LEN 32

/* ---- options ---------------------------------------------------------- */

static uint32_t
or_default(uint32_t value, uint32_t fallback)
{
	return value != 0 ? value : fallback;
}

static aet_status
options_check(const aet_password_options *opts, aet_error *err)
{
	if (opts->size != sizeof(*opts))
		return aet_error_set(err, AET_EINVAL,
		    "aet_password_options has a size that this library does not know; "
		    "start from AET_PASSWORD_OPTIONS_INIT");
	if (opts->wait_ms < 0)
		return aet_error_set(err, AET_EINVAL, "wait_ms is negative");
	return AET_OK;
}

/* The hash that opts ask for, its salt and tag still empty. */
static aet_status
options_read(
    const aet_password_options *opts, aet__phc *wanted, int *wait_ms, aet_error *err)
{
	static const aet_password_options defaults = AET_PASSWORD_OPTIONS_INIT;
	aet_status status;

	if (opts == NULL)
		opts = &defaults;
	status = options_check(opts, err);
	if (status != AET_OK)
		return status;
	*wanted = (aet__phc){
		.memory_kib = or_default(opts->memory_kib, DEFAULT_MEMORY_KIB),
		.passes = or_default(opts->passes, DEFAULT_PASSES),
		.parallelism = or_default(opts->parallelism, DEFAULT_PARALLELISM),
		.in_order = true,
		.salt_len = SALT_LEN,
		.tag_len = TAG_LEN,
	};
	*wait_ms = opts->wait_ms != 0 ? opts->wait_ms : DEFAULT_WAIT_MS;
	if (!aet__phc_affordable(wanted))
		return aet_error_set(err, AET_EINVAL,
		    "memory_kib is above 262,144, passes above 10 or parallelism above "
		    "16");
	if (wanted->memory_kib < 8 * wanted->parallelism)
		return aet_error_set(
		    err, AET_EINVAL, "memory_kib is less than 8 times parallelism");
	return AET_OK;
}

/* ---- argon2 ----------------------------------------------------------- */

/*
 * Fills phc's tag in from its cost and salt. One thread, whatever the number of
 * lanes (the tag is the same): the gate counts threads of work, and libargon2
 * 20171227, when it cannot start its second thread, returns while the first
 * still writes to memory that is given up. libargon2 wipes its own memory, and
 * the copy of the password once that is absorbed.
 */
static aet_status
argon2id(aet__phc *phc, const char *password, size_t len, aet_error *err)
{
	uint8_t copy[AET_PASSWORD_MAX];
	argon2_context context = {
		.out = phc->tag,
		.outlen = (uint32_t)phc->tag_len,
		.pwd = copy,
		.pwdlen = (uint32_t)len,
		.salt = phc->salt,
		.saltlen = (uint32_t)phc->salt_len,
		.t_cost = phc->passes,
		.m_cost = phc->memory_kib,
		.lanes = phc->parallelism,
		.threads = 1,
		.version = ARGON2_VERSION_13,
		.flags = ARGON2_FLAG_CLEAR_PASSWORD,
	};
	int result;

	memcpy(copy, password, len);
	result = argon2_ctx(&context, Argon2_id);
	aet__memory_wipe(copy, len);
	if (result == ARGON2_MEMORY_ALLOCATION_ERROR)
		return aet__error_memory(err);
	if (result != ARGON2_OK)
		return aet_error_set(
		    err, AET_EINVAL, "libargon2 failed with its error %d", result);
	return AET_OK;
}

/* As argon2id(), once a processor is free. */
static aet_status
fill_tag(aet__phc *phc, const char *password, size_t len, int wait_ms, aet_error *err)
{
	aet__gate *gate = aet__gate_of_process();
	aet_status status = aet__gate_enter(gate, aet__deadline_in(wait_ms), err);

	if (status != AET_OK)
		return status;
	status = argon2id(phc, password, len, err);
	aet__gate_leave(gate);
	return status;
}

/* getrandom(2) is only short or interrupted above 256 bytes or before the
 * kernel has gathered its first randomness; both are tried again. */
static aet_status
fill_salt(aet__phc *phc, aet_error *err)
{
	size_t len = 0;

	while (len < phc->salt_len) {
		ssize_t got = getrandom(phc->salt + len, phc->salt_len - len, 0);

		if (got < 0 && errno != EINTR)
			return aet_error_set(err, AET_EBUSY,
			    "the kernel gives no randomness for a salt (getrandom)");
		if (got > 0)
			len += (size_t)got;
	}
	return AET_OK;
}

/* ---- comparing -------------------------------------------------------- */

/* In a time that does not depend on where they differ. */
static bool
same_bytes(const uint8_t *a, const uint8_t *b, size_t len)
{
	volatile uint8_t differ = 0;

	for (size_t i = 0; i < len; i++)
		differ = (uint8_t)(differ | (a[i] ^ b[i]));
	return differ == 0;
}

static bool
costs_less(const aet__phc *stored, const aet__phc *wanted)
{
	return stored->memory_kib < wanted->memory_kib ||
	       stored->passes < wanted->passes ||
	       stored->parallelism < wanted->parallelism ||
	       stored->salt_len < wanted->salt_len || stored->tag_len < wanted->tag_len;
}

static aet_status
mismatch(aet_error *err)
{
	return aet_error_set(err, AET_EMISMATCH, "wrong password");
}

/* A password that aet_password_hash refuses matches nothing, at full price: its
 * first AET_PASSWORD_MAX bytes are hashed, and the tag decides nothing. The
 * attempt starts without a tag, so that only argon2 can make the two equal. */
static aet_status
match(const aet__phc *stored, const char *password, int wait_ms, aet_error *err)
{
	size_t len = strnlen(password, AET_PASSWORD_MAX + 1);
	bool possible = len > 0 && len <= AET_PASSWORD_MAX;
	aet__phc attempt = *stored;
	aet_status status;

	memset(attempt.tag, 0, sizeof(attempt.tag));
	status = fill_tag(&attempt, password,
	    len <= AET_PASSWORD_MAX ? len : AET_PASSWORD_MAX, wait_ms, err);
	if (status == AET_OK &&
	    !(same_bytes(attempt.tag, stored->tag, stored->tag_len) && possible))
		status = mismatch(err);
	aet__memory_wipe(&attempt, sizeof(attempt));
	return status;
}

/* ---- public ----------------------------------------------------------- */

static aet_status
password_check(const char *password, aet_error *err)
{
	if (password == NULL || password[0] == '\0')
		return aet_error_set(err, AET_EINVAL, "the password is empty");
	if (strnlen(password, AET_PASSWORD_MAX + 1) > AET_PASSWORD_MAX)
		return aet_error_set(err, AET_EINVAL,
		    "the password is longer than %d bytes", AET_PASSWORD_MAX);
	return AET_OK;
}

aet_status
aet_password_hash(const aet_password_options *opts, const char *password,
    char hash[AET_PASSWORD_HASH_SIZE], aet_error *err)
{
	aet__phc phc;
	int wait_ms;
	aet_status status = options_read(opts, &phc, &wait_ms, err);

	if (status != AET_OK)
		return status;
	status = password_check(password, err);
	if (status == AET_OK)
		status = fill_salt(&phc, err);
	if (status == AET_OK)
		status = fill_tag(&phc, password, strlen(password), wait_ms, err);
	if (status == AET_OK && !aet__phc_print(&phc, hash, AET_PASSWORD_HASH_SIZE))
		status = aet_error_set(
		    err, AET_EINVAL, "the hash is longer than AET_PASSWORD_HASH_SIZE");
	aet__memory_wipe(&phc, sizeof(phc));
	return status;
}

aet_status
aet_password_verify(const aet_password_options *opts, const char *stored,
    const char *password, bool *needs_rehash, aet_error *err)
{
	aet__phc wanted;
	aet__phc phc;
	int wait_ms;
	aet_status status = options_read(opts, &wanted, &wait_ms, err);

	if (status != AET_OK)
		return status;
	if (password == NULL)
		return aet_error_set(err, AET_EINVAL, "the password is NULL");
	status = aet__phc_parse(stored, &phc, err);
	if (status != AET_OK)
		return status;
	status = match(&phc, password, wait_ms, err);
	if (status == AET_OK && needs_rehash != NULL)
		*needs_rehash = !phc.in_order || costs_less(&phc, &wanted);
	aet__memory_wipe(&phc, sizeof(phc));
	return status;
}

aet_status
aet_password_verify_nobody(
    const aet_password_options *opts, const char *password, aet_error *err)
{
	aet__phc nobody;
	int wait_ms;
	aet_status status = options_read(opts, &nobody, &wait_ms, err);

	if (status != AET_OK)
		return status;
	if (password == NULL)
		return aet_error_set(err, AET_EINVAL, "the password is NULL");
	status = match(&nobody, password, wait_ms, err);
	return status == AET_OK ? mismatch(err) : status;
}
