/* SPDX-License-Identifier: MIT */
/*
 * The audit log as a whole: a hash chain that shows tampering, export, and
 * purging. Entries are made by the functions of <aeturnis/accounts.h>, or by
 * your own inserts (<aeturnis/audit_entry.h>).
 *
 * The chain is an option. Each entry waits in aeturnis.audit_pending from the
 * moment it is inserted; aet_audit_seal gives those that wait their links, with
 * a position each, without gaps, and a hash of position, entry and the hash
 * before. Run it from a timer, or from `aet-db audit seal` in cron: the game's
 * own calls never wait for it. An entry is safe from silent change once it is
 * sealed, and the whole log up to the head once the head is noted somewhere
 * that whoever can write to the database cannot.
 *
 * Thread rule: all functions are thread-safe on a pool, and block: each
 * statement for at most the handle's call_timeout_ms. Outputs are written on
 * success only, but for a report's. They fail, besides what is said of each, as
 * every call may (<aeturnis/statement.h>), with AET_EINVAL for a struct without
 * its size. Where `aet-db roles` was applied, sealing, verifying and purging are
 * for aeturnis_maintenance; the game's role and the reader may export.
 */
#ifndef AETURNIS_AUDIT_H
#define AETURNIS_AUDIT_H

#include <stddef.h>
#include <stdint.h>

#include <aeturnis/accounts.h>
#include <aeturnis/database.h>
#include <aeturnis/model_types.h>
#include <aeturnis/types.h>

AET_BEGIN_DECLS

/* SHA-256 in lower-case hex, and the NUL. */
#define AET_AUDIT_HASH_SIZE 65

/* The chain's end: what is to be kept elsewhere. */
typedef struct aet_audit_head {
	size_t size; /* sizeof(aet_audit_head), set by the caller */
	int64_t position;
	char hash[AET_AUDIT_HASH_SIZE];
} aet_audit_head;

/* clang-format off */
#define AET_AUDIT_HEAD_INIT { sizeof(aet_audit_head), 0, "" }
/* clang-format on */

/*
 * Seals entries that wait, the oldest first, in batches of a thousand: two round
 * trips each, no lock that anybody else waits for. Of two that seal at once one
 * goes on and the other stops, with AET_OK.
 *
 *   most    entries; 0: until none waits
 *   sealed  how many it were; may be NULL
 *
 * AET_EINVAL: most is below 0.
 */
AET_API AET_MUST_USE aet_status aet_audit_seal(
    aet_db *db, int64_t most, int64_t *sealed, aet_error *err);

/*
 * The chain's end. One round trip.
 *
 * AET_ENOTFOUND: nothing was ever sealed.
 */
AET_API AET_MUST_USE aet_status aet_audit_head_read(
    aet_db *db, aet_audit_head *head, aet_error *err);

/* What verifying has found. */
typedef enum aet_audit_fault {
	AET_AUDIT_SOUND = 0,
	AET_AUDIT_CHANGED = 1,    /* an entry, or its place, is not what was sealed */
	AET_AUDIT_MISSING = 2,    /* a sealed entry is gone */
	AET_AUDIT_GAP = 3,        /* a link is gone */
	AET_AUDIT_OUTSIDE = 4,    /* an entry is neither sealed nor waiting */
	AET_AUDIT_CHECKPOINT = 5, /* the newest purge has no entry that tells of it */
	AET_AUDIT_ANCHOR =
	    6, /* the chain is not the one that the anchor was taken from */
	AET_AUDIT_UNSEALED = 7 /* nothing was ever sealed: there is nothing to verify */
} aet_audit_fault;

typedef struct aet_audit_report {
	size_t size; /* sizeof(aet_audit_report), set by the caller */
	aet_audit_fault fault;
	int64_t position;            /* where; 0 with OUTSIDE */
	aet_audit_entry_id entry_id; /* which; zero where it is not known */
	int64_t first;               /* the first link there is; after a purge above 1 */
	int64_t links;               /* how many are sound */
	int64_t pending;             /* entries that wait; not counted after a fault */
	aet_audit_head head;
} aet_audit_report;

/* clang-format off */
#define AET_AUDIT_REPORT_INIT \
	{ sizeof(aet_audit_report), AET_AUDIT_SOUND, 0, { { { 0 } } }, 0, 0, 0, AET_AUDIT_HEAD_INIT }
/* clang-format on */

/*
 * Reads the whole chain in pages, in one snapshot, and computes every hash anew
 * here, not in the database. Takes as long as the log is large; keeps a page of
 * it in memory.
 *
 *   anchor  a head that was noted before, to be met on the way; NULL: none.
 *           Without one, a chain that somebody made anew as a whole, or cut off
 *           at its end, looks sound
 *   report  written also with AET_ETAMPERED and AET_ENOTFOUND; may be NULL
 *
 * AET_ETAMPERED: error.message and the report say what is wrong first.
 * AET_ENOTFOUND: nothing was ever sealed, and no anchor says otherwise: there is
 * no chain that could be sound. report.pending says how many entries wait.
 * AET_EINVAL: the anchor is older than the last purge, or no anchor at all.
 */
AET_API AET_MUST_USE aet_status aet_audit_verify(
    aet_db *db, const aet_audit_head *anchor, aet_audit_report *report, aet_error *err);

/* Which entries are exported; {0} and its size: all. */
typedef struct aet_audit_filter {
	size_t size;              /* sizeof(aet_audit_filter); 0 is AET_EINVAL */
	const aet_user_id *actor; /* deleted users, too; NULL: anybody and nobody */
	const char *event_type;   /* NULL: any */
	aet_opt_timestamp since;  /* created_at, inclusive */
	aet_opt_timestamp until;  /* exclusive */
} aet_audit_filter;

/* clang-format off */
#define AET_AUDIT_FILTER_INIT { sizeof(aet_audit_filter), NULL, NULL, { false, { 0 } }, { false, { 0 } } }
/* clang-format on */

/* Takes one line, len bytes of JSON without the line's end, borrowed for the
 * call. Anything but AET_OK ends the export, which then returns it. */
typedef aet_status (*aet_audit_write_fn)(
    void *ctx, const char *line, size_t len, aet_error *err);

/*
 * Hands over the entries as JSON, the oldest first, one by one as they come: memory
 * does not grow with the log. It is one statement, on one connection until its
 * end. Each object has id, created_at, event_type, actor (the kept one),
 * resource_type, resource_id, payload, ip_address and user_agent. Entries that are
 * made meanwhile are not among them.
 *
 *   filter  NULL: all
 */
AET_API AET_MUST_USE aet_status aet_audit_export(aet_db *db,
    const aet_audit_filter *filter, aet_audit_write_fn write, void *ctx, aet_error *err);

/*
 * Deletes entries that are older than a moment, in batches of a statement each.
 * Where there is a chain, what goes is its beginning, as far as all of it is old
 * enough and unbroken; a checkpoint takes its place, so that the rest can still
 * be verified, and what waits to be sealed stays. For each batch there is an
 * entry audit.purge, {"entries": n, "before": ..., "position": ..., "hash": ...}.
 *
 *   batch   entries of one statement, up to 100,000; 0: 1,000
 *   purged  entries that went; may be NULL
 *
 * AET_EINVAL: the batch.
 */
AET_API AET_MUST_USE aet_status aet_audit_purge(aet_db *db, aet_timestamp before,
    int32_t batch, const aet_request *request, int64_t *purged, aet_error *err);

AET_END_DECLS

#endif
