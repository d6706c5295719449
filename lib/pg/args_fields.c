/* SPDX-License-Identifier: MIT */
/* The three-way fields of inserts and changes: unset, a value, NULL. */
#include <aeturnis/codec.h>

#include "pg/args.h"

/* Handles every state but AET_SET; false leaves that one to the caller. */
static bool
field_without_value(aet_args *args, aet_field_state state)
{
	switch (state) {
	case AET_SET:
		return false;
	case AET_SET_NULL:
		aet_args_null(args);
		return true;
	case AET_UNSET:
		break;
	}
	aet_args_unset(args);
	return true;
}

void
aet_args_field_bool(aet_args *args, aet_field_bool field)
{
	if (!field_without_value(args, field.state))
		aet_args_bool(args, field.value);
}

void
aet_args_field_int16(aet_args *args, aet_field_int16 field)
{
	if (!field_without_value(args, field.state))
		aet_args_int16(args, field.value);
}

void
aet_args_field_int32(aet_args *args, aet_field_int32 field)
{
	if (!field_without_value(args, field.state))
		aet_args_int32(args, field.value);
}

void
aet_args_field_int64(aet_args *args, aet_field_int64 field)
{
	if (!field_without_value(args, field.state))
		aet_args_int64(args, field.value);
}

void
aet_args_field_float(aet_args *args, aet_field_float field)
{
	if (!field_without_value(args, field.state))
		aet_args_float(args, field.value);
}

void
aet_args_field_double(aet_args *args, aet_field_double field)
{
	if (!field_without_value(args, field.state))
		aet_args_double(args, field.value);
}

void
aet_args_field_uuid(aet_args *args, aet_field_uuid field)
{
	if (!field_without_value(args, field.state))
		aet_args_uuid(args, field.value);
}

void
aet_args_field_timestamp(aet_args *args, aet_field_timestamp field)
{
	if (!field_without_value(args, field.state))
		aet_args_timestamp(args, field.value);
}

void
aet_args_field_text(aet_args *args, aet_field_text field)
{
	if (!field_without_value(args, field.state))
		aet_args_text(args, field.value);
}

void
aet_args_field_bytes(aet_args *args, aet_field_bytes field)
{
	if (!field_without_value(args, field.state))
		aet_args_bytes(args, field.value);
}

void
aet_args_field_json(aet_args *args, aet_field_json field)
{
	if (!field_without_value(args, field.state))
		aet_args_json(args, field.value);
}

void
aet_args_field_jsonb(aet_args *args, aet_field_json field)
{
	if (!field_without_value(args, field.state))
		aet_args_jsonb(args, field.value);
}

void
aet_args_field_text_array(aet_args *args, aet_field_text_array field)
{
	if (!field_without_value(args, field.state))
		aet_args_text_array(args, field.value);
}

/* ---- <aeturnis/values.h> ------------------------------------------------ */

/* clang-format off */
#define FIELD(stem, c)                                                 \
	void                                                           \
	aet_args_field_##stem(aet_args *args, aet_field_##stem field)  \
	{                                                              \
		if (!field_without_value(args, field.state))           \
			aet_args_##stem(args, field.value);            \
	}

AET_VALUES(FIELD)
/* clang-format on */
