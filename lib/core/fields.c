/* SPDX-License-Identifier: MIT */
#include <aeturnis/values.h>

#include <string.h>

aet_field_bool
aet_set_bool(bool value)
{
	return (aet_field_bool){ AET_SET, value };
}

aet_field_int16
aet_set_int16(int16_t value)
{
	return (aet_field_int16){ AET_SET, value };
}

aet_field_int32
aet_set_int32(int32_t value)
{
	return (aet_field_int32){ AET_SET, value };
}

aet_field_int64
aet_set_int64(int64_t value)
{
	return (aet_field_int64){ AET_SET, value };
}

aet_field_float
aet_set_float(float value)
{
	return (aet_field_float){ AET_SET, value };
}

aet_field_double
aet_set_double(double value)
{
	return (aet_field_double){ AET_SET, value };
}

aet_field_uuid
aet_set_uuid(aet_uuid value)
{
	return (aet_field_uuid){ AET_SET, value };
}

aet_field_timestamp
aet_set_timestamp(aet_timestamp value)
{
	return (aet_field_timestamp){ AET_SET, value };
}

aet_field_text
aet_set_text(const char *value)
{
	return (aet_field_text){ value != NULL ? AET_SET : AET_SET_NULL, value };
}

aet_field_bytes
aet_set_bytes(const void *data, size_t len)
{
	if (data == NULL)
		return (aet_field_bytes){ .state = AET_SET_NULL };
	return (aet_field_bytes){ AET_SET, { data, len } };
}

aet_field_json
aet_set_json(const char *text)
{
	if (text == NULL)
		return (aet_field_json){ .state = AET_SET_NULL };
	return (aet_field_json){ AET_SET, { text, strlen(text) } };
}

aet_field_text_array
aet_set_text_array(const char *const *items, size_t len)
{
	if (items == NULL)
		return (aet_field_text_array){ AET_SET_NULL, { .is_null = true } };
	return (aet_field_text_array){ AET_SET, { .items = items, .len = len } };
}

/* ---- <aeturnis/values.h> ------------------------------------------------ */

/* clang-format off */
#define SET(stem, c)                                          \
	aet_field_##stem                                      \
	aet_set_##stem(c value)                               \
	{                                                     \
		return (aet_field_##stem){ AET_SET, value };  \
	}

AET_VALUES(SET)
/* clang-format on */
