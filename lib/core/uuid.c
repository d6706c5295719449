/* SPDX-License-Identifier: MIT */
#include <aeturnis/types.h>

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define UUID_TEXT_LEN (AET_UUID_TEXT_SIZE - 1)

/* Where RFC 9562 puts a hyphen: before the bytes 4, 6, 8 and 10. */
static bool
hyphen_before(size_t byte)
{
	return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

void
aet_uuid_format(aet_uuid uuid, char text[AET_UUID_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	char *at = text;

	for (size_t i = 0; i < sizeof(uuid.bytes); i++) {
		if (hyphen_before(i))
			*at++ = '-';
		*at++ = digits[uuid.bytes[i] >> 4];
		*at++ = digits[uuid.bytes[i] & 15];
	}
	*at = '\0';
}

/* The value of a hexadecimal digit, -1 for anything else; no locale. */
static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool
uuid_read(const char *text, aet_uuid *out)
{
	int high;
	int low;

	if (text == NULL || strnlen(text, UUID_TEXT_LEN + 1) != UUID_TEXT_LEN)
		return false;
	for (size_t i = 0; i < sizeof(out->bytes); i++) {
		if (hyphen_before(i) && *text++ != '-')
			return false;
		high = hex_value(*text++);
		low = hex_value(*text++);
		if (high < 0 || low < 0)
			return false;
		out->bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

aet_status
aet_uuid_parse(const char *text, aet_uuid *out, aet_error *err)
{
	aet_uuid uuid;

	if (!uuid_read(text, &uuid))
		return aet_error_set(err, AET_EINVAL,
		    "not a uuid: expected 32 hexadecimal digits as 8-4-4-4-12");
	*out = uuid;
	return AET_OK;
}

aet_status
aet_uuid_random(aet_uuid *out, aet_error *err)
{
	aet_uuid uuid;
	ssize_t got;

	/* Up to 256 bytes come whole or not at all (getrandom(2)). */
	do
		got = getrandom(uuid.bytes, sizeof(uuid.bytes), GRND_NONBLOCK);
	while (got < 0 && errno == EINTR);
	if (got != (ssize_t)sizeof(uuid.bytes))
		return aet_error_set(err, AET_EBUSY,
		    "the kernel has no randomness to give yet; try again later");
	uuid.bytes[6] = (uint8_t)((uuid.bytes[6] & 0x0F) | 0x40);
	uuid.bytes[8] = (uint8_t)((uuid.bytes[8] & 0x3F) | 0x80);
	*out = uuid;
	return AET_OK;
}

bool
aet_uuid_equal(aet_uuid a, aet_uuid b)
{
	return memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}
