/* SPDX-License-Identifier: MIT */
/* How much arguments are together. */
#include "pg/args.h"

/* Below it, moving what is left to be sent costs nothing that can be measured. */
#define LARGE_BYTES 4194304

size_t
aet__args_bytes(const aet_args *args)
{
	size_t bytes = 0;

	for (size_t i = 0; i < args->count; i++)
		bytes += 8 + (size_t)aet__args_at(args, i)->len; /* length, format */
	return bytes;
}

bool
aet__args_are_large(const aet_args *args)
{
	return aet__args_bytes(args) >= LARGE_BYTES;
}
