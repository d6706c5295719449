/* SPDX-License-Identifier: MIT */
#include "accounts/rules.h"

#include <string.h>

#include "core/error.h"
#include "core/utf8.h"

#define EMAIL_CHARACTERS 255
#define USERNAME_CHARACTERS 50

static aet_status
broken(aet_error *err, const char *column, const char *what)
{
	aet_error_set(err, AET_EINVAL, "the %s %s", column, what);
	if (err != NULL)
		aet__error_copy(err->column, sizeof(err->column), column);
	return AET_EINVAL;
}

static bool
is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

/* Unicode's White_Space, but for the controls. */
static bool
is_space(uint32_t code)
{
	return code == ' ' || code == 0xA0 || code == 0x1680 ||
	       (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 ||
	       code == 0x202F || code == 0x205F || code == 0x3000;
}

typedef struct range {
	uint32_t first;
	uint32_t last;
} range;

/*
 * Characters that are not seen: Unicode's Default_Ignorable_Code_Point, which
 * NFKC_Casefold removes, the rest of the format characters, private use and
 * what is no character. "ad<zero width space>min" must not be a second admin.
 */
static bool
is_invisible(uint32_t code)
{
	static const range ranges[] = { { 0xAD, 0xAD }, { 0x34F, 0x34F },
		{ 0x600, 0x605 }, { 0x61C, 0x61C }, { 0x6DD, 0x6DD }, { 0x70F, 0x70F },
		{ 0x115F, 0x1160 }, { 0x17B4, 0x17B5 }, { 0x180B, 0x180F },
		{ 0x200B, 0x200F }, { 0x202A, 0x202E }, { 0x2060, 0x206F },
		{ 0x2800, 0x2800 }, { 0x3164, 0x3164 }, { 0xE000, 0xF8FF },
		{ 0xFDD0, 0xFDEF }, { 0xFE00, 0xFE0F }, { 0xFEFF, 0xFEFF },
		{ 0xFFA0, 0xFFA0 }, { 0xFFF0, 0xFFFB }, { 0x110BD, 0x110BD },
		{ 0x1BCA0, 0x1BCA3 }, { 0x1D173, 0x1D17A }, { 0xE0000, 0xE0FFF },
		{ 0xF0000, 0x10FFFF } };

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return (code & 0xFFFE) == 0xFFFE;
}

aet_status
aet__rules_email(const char *email, aet_error *err)
{
	const char *last_at = email != NULL ? strrchr(email, '@') : NULL;
	size_t characters = 0;

	if (last_at == NULL || last_at == email || last_at[1] == '\0')
		return broken(err, "email", "has no text before and after an '@'");
	for (const char *at = email; *at != '\0'; characters++) {
		uint32_t code = aet__utf8_next(&at);

		if (code == AET__UTF8_INVALID)
			return broken(err, "email", "is not UTF-8");
		if (is_control(code) || is_space(code) || is_invisible(code))
			return broken(
			    err, "email", "has a space or a character that is not seen");
	}
	if (characters > EMAIL_CHARACTERS)
		return broken(err, "email", "has more than 255 characters");
	return AET_OK;
}

/* '@' and what NFKC makes one: it tells an e-mail from a username. */
static bool
is_at_sign(uint32_t code)
{
	return code == '@' || code == 0xFE6B || code == 0xFF20;
}

aet_status
aet__rules_username(const char *username, aet_error *err)
{
	uint32_t before = ' ';
	size_t characters = 0;

	if (username == NULL || username[0] == '\0')
		return broken(err, "username", "is empty");
	for (const char *at = username; *at != '\0'; characters++) {
		uint32_t code = aet__utf8_next(&at);

		if (code == AET__UTF8_INVALID)
			return broken(err, "username", "is not UTF-8");
		if (is_control(code) || is_invisible(code) || is_at_sign(code))
			return broken(err, "username",
			    "has an '@' or a character that is not seen");
		if (is_space(code) && (code != ' ' || before == ' '))
			return broken(err, "username",
			    "has a space that is not a single one between others");
		before = code;
	}
	if (before == ' ')
		return broken(err, "username", "ends with a space");
	if (characters > USERNAME_CHARACTERS)
		return broken(err, "username", "has more than 50 characters");
	return AET_OK;
}

aet_status
aet__rules_password(const char *password, aet_error *err)
{
	size_t characters = 0;
	size_t bytes = password != NULL ? strnlen(password, AET_PASSWORD_MAX + 1) : 0;

	for (size_t i = 0; i < bytes; i++)
		characters += ((unsigned char)password[i] & 0xC0) != 0x80;
	if (bytes > AET_PASSWORD_MAX)
		return broken(err, "password", "has more than 1,024 bytes");
	if (characters < AET_PASSWORD_MIN_CHARACTERS)
		return broken(err, "password", "has less than 8 characters");
	return AET_OK;
}

aet_status
aet__rules_roles(const aet_user_role *roles, size_t count, const char *texts[AET__ROLES],
    aet_error *err)
{
	unsigned int seen = 0;

	if (roles == NULL || count == 0 || count > AET__ROLES)
		return broken(err, "roles", "are not one to three");
	for (size_t i = 0; i < count; i++) {
		texts[i] = aet_user_role_to_text(roles[i]);
		if (texts[i] == NULL || (seen & 1U << roles[i]) != 0)
			return broken(
			    err, "roles", "have one twice, or one that is none");
		seen |= 1U << roles[i];
	}
	return AET_OK;
}
