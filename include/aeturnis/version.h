/* SPDX-License-Identifier: MIT */
/*
 * Which release a program was compiled against, and which one it runs with.
 * Releases follow semantic versioning; the .so's number moves with the ABI.
 */
#ifndef AETURNIS_VERSION_H
#define AETURNIS_VERSION_H

#include <aeturnis/export.h>

AET_BEGIN_DECLS

#define AET_VERSION_MAJOR 0
#define AET_VERSION_MINOR 1
#define AET_VERSION_PATCH 0
#define AET_VERSION_STRING "0.1.0"

/*
 * The release that was linked, as AET_VERSION_STRING: unlike the macro, it
 * tells what the dynamic linker found. Static storage; thread-safe; does not
 * block.
 */
AET_API const char *aet_version(void);

AET_END_DECLS

#endif
