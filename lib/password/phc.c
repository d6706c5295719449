/* SPDX-License-Identifier: MIT */
#include "password/phc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"

static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static const char order_written[] = "mtp";

/* ---- reading ---------------------------------------------------------- */

/* The readers below move *at past what they took. Those that return text say
 * what is wrong, or NULL when nothing is. */

static bool
take(const char **at, const char *literal)
{
	size_t len = strlen(literal);

	if (strncmp(*at, literal, len) != 0)
		return false;
	*at += len;
	return true;
}

/* Decimal, above 0, no sign, no leading zero. A number that 32 bits cannot
 * hold becomes UINT32_MAX, which is above every ceiling. */
static bool
take_number(const char **at, uint32_t *out)
{
	uint32_t value = 0;

	if (**at < '1' || **at > '9')
		return false;
	for (; **at >= '0' && **at <= '9'; (*at)++) {
		uint32_t digit = (uint32_t)(**at - '0');

		value =
		    value > (UINT32_MAX - digit) / 10 ? UINT32_MAX : value * 10 + digit;
	}
	*out = value;
	return true;
}

static uint32_t *
parameter(aet__phc *phc, char name)
{
	switch (name) {
	case 'm':
		return &phc->memory_kib;
	case 't':
		return &phc->passes;
	case 'p':
		return &phc->parallelism;
	default:
		return NULL;
	}
}

static const char *
take_parameters(const char **at, aet__phc *phc)
{
	phc->in_order = true;
	for (size_t i = 0; i < 3; i++) {
		uint32_t *value = parameter(phc, **at);

		if (value == NULL || (*at)[1] != '=')
			return "m, t and p are expected";
		if (*value != 0)
			return "a parameter is repeated";
		phc->in_order = phc->in_order && **at == order_written[i];
		*at += 2;
		if (!take_number(at, value))
			return "a parameter is no positive decimal number";
		if (i < 2 && !take(at, ","))
			return "m, t and p are not all there";
	}
	return take(at, "$") ? NULL : "something other than the salt follows m, t and p";
}

static bool
decode_char(char c, uint32_t *bits)
{
	const char *found = memchr(base64, c, sizeof(base64) - 1);

	if (found == NULL)
		return false;
	*bits = *bits << 6 | (uint32_t)(found - base64);
	return true;
}

/* RFC 4648 section 4 without padding, its section 3.5 taken strictly: bits left
 * over are zero, so that no two texts decode to the same bytes. */
static bool
decode(const char *text, size_t len, uint8_t *out)
{
	uint32_t bits = 0;
	unsigned held = 0;

	if (len % 4 == 1)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!decode_char(text[i], &bits))
			return false;
		held += 6;
		if (held >= 8) {
			held -= 8;
			*out++ = (uint8_t)(bits >> held);
			bits &= (1U << held) - 1;
		}
	}
	return bits == 0;
}

/* Takes what reaches to the next '$' or the end. */
static const char *
take_bytes(const char **at, uint8_t *out, size_t min, size_t max, size_t *len)
{
	size_t chars = strcspn(*at, "$");
	size_t bytes = chars / 4 * 3 + chars % 4 * 3 / 4;

	if (bytes < min)
		return "the salt or the tag is missing or too short";
	if (bytes > max)
		return "the salt or the tag is too long";
	if (!decode(*at, chars, out))
		return "the salt or the tag is not unpadded base64";
	*at += chars;
	*len = bytes;
	return NULL;
}

static const char *
read_phc(const char *at, aet__phc *phc)
{
	const char *wrong;

	if (!take(&at, "$argon2id$"))
		return "it does not begin with $argon2id$";
	if (!take(&at, "v=19$"))
		return "it is not of version 19";
	wrong = take_parameters(&at, phc);
	if (wrong != NULL)
		return wrong;
	wrong = take_bytes(
	    &at, phc->salt, AET__PHC_SALT_MIN, AET__PHC_SALT_MAX, &phc->salt_len);
	if (wrong != NULL)
		return wrong;
	if (!take(&at, "$"))
		return "the tag is missing";
	wrong =
	    take_bytes(&at, phc->tag, AET__PHC_TAG_MIN, AET__PHC_TAG_MAX, &phc->tag_len);
	if (wrong != NULL)
		return wrong;
	return *at == '\0' ? NULL : "something follows the tag";
}

bool
aet__phc_affordable(const aet__phc *phc)
{
	return phc->memory_kib <= AET__PHC_MEMORY_KIB_MAX &&
	       phc->passes <= AET__PHC_PASSES_MAX &&
	       phc->parallelism <= AET__PHC_PARALLELISM_MAX;
}

static aet_status
parse(const char *text, aet__phc *phc, aet_error *err)
{
	const char *wrong = read_phc(text != NULL ? text : "", phc);

	if (wrong != NULL)
		return aet_error_set(err, AET_EMALFORMED,
		    "the stored string is no argon2id hash: %s", wrong);
	if (!aet__phc_affordable(phc))
		return aet_error_set(err, AET_ETOOCOSTLY,
		    "the stored hash asks for more than 256 MiB, 10 passes or 16 lanes");
	if (phc->memory_kib < 8 * phc->parallelism)
		return aet_error_set(err, AET_EMALFORMED,
		    "the stored string is no argon2id hash: m is less than 8 times p");
	return AET_OK;
}

aet_status
aet__phc_parse(const char *text, aet__phc *out, aet_error *err)
{
	aet__phc phc = { 0 };
	aet_status status = parse(text, &phc, err);

	if (status == AET_OK)
		*out = phc;
	aet__memory_wipe(&phc, sizeof(phc));
	return status;
}

/* ---- writing ---------------------------------------------------------- */

static size_t
encoded_len(size_t bytes)
{
	return (bytes * 4 + 2) / 3;
}

static char *
encode(const uint8_t *bytes, size_t len, char *text)
{
	uint32_t bits = 0;
	unsigned held = 0;

	for (size_t i = 0; i < len; i++) {
		bits = (bits << 8 | bytes[i]) & 0xFFFF;
		for (held += 8; held >= 6;) {
			held -= 6;
			*text++ = base64[bits >> held & 63];
		}
	}
	if (held > 0)
		*text++ = base64[bits << (6 - held) & 63];
	return text;
}

bool
aet__phc_print(const aet__phc *phc, char *text, size_t size)
{
	char head[64];
	int len = snprintf(head, sizeof(head),
	    "$argon2id$v=19$m=%" PRIu32 ",t=%" PRIu32 ",p=%" PRIu32 "$", phc->memory_kib,
	    phc->passes, phc->parallelism);
	size_t need =
	    (size_t)len + encoded_len(phc->salt_len) + 1 + encoded_len(phc->tag_len) + 1;

	if (need > size) {
		if (size > 0)
			text[0] = '\0';
		return false;
	}
	memcpy(text, head, (size_t)len);
	text = encode(phc->salt, phc->salt_len, text + len);
	*text++ = '$';
	text = encode(phc->tag, phc->tag_len, text);
	*text = '\0';
	return true;
}
