/* SPDX-License-Identifier: MIT */
#ifndef AETURNIS_EXPORT_H
#define AETURNIS_EXPORT_H

/*
 * How a declaration leaves the library. Everything else is built hidden, and
 * lib/libaeturnis-db.map repeats the list, so that a symbol leaves on purpose.
 */
#if defined(__GNUC__) || defined(__clang__)
#define AET_API __attribute__((visibility("default")))
#define AET_MUST_USE __attribute__((warn_unused_result))
#define AET_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define AET_API
#define AET_MUST_USE
#define AET_PRINTF(text, first)
#endif

#ifdef __cplusplus
#define AET_BEGIN_DECLS extern "C" {
#define AET_END_DECLS }
#else
#define AET_BEGIN_DECLS
#define AET_END_DECLS
#endif

#endif
