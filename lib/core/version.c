/* SPDX-License-Identifier: MIT */
#include <aeturnis/version.h>

const char *
aet_version(void)
{
	return AET_VERSION_STRING;
}
