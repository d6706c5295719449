/* SPDX-License-Identifier: MIT */
/*
 * What generated code stands on: a statement as data, the arguments that fill
 * it, and the row that it answers with. The library's own models and the ones
 * that aet-db generates for you use nothing else; hand-written code may too.
 *
 * Thread rule of this header: a handle as <aeturnis/database.h> says; an
 * aet_args or aet_row is used by one thread. Functions that take an aet_db
 * block for at most its call_timeout_ms and fail as every call may: AET_EBUSY,
 * AET_ECONNECT, AET_ETIMEOUT, AET_EUNKNOWN (writes), AET_ERETRY, AET_ECONFLICT,
 * AET_ECONSTRAINT, AET_EDATA, AET_EDB, AET_EINVAL, AET_ENOMEM. Rows are read
 * after the statement has run: AET_EDATA, and AET_ENOMEM, may come of a write
 * that has happened, which a transaction takes back. The others
 * neither block nor fail visibly: what goes wrong is kept and reported by the
 * call that runs the statement.
 */
#ifndef AETURNIS_STATEMENT_H
#define AETURNIS_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aeturnis/database.h>
#include <aeturnis/types.h>

AET_BEGIN_DECLS

/* ---- the statement ---------------------------------------------------- */

/*
 * A PostgreSQL type. oid is that of a built-in type; where it is 0, name
 * ("schema.type") is looked up in the connected database, since the oids of
 * enums, domains and composites differ from one to the next.
 */
typedef struct aet_type {
	uint32_t oid;
	const char *name;
} aet_type;

typedef struct aet_parameter {
	const char
	    *name; /* the column's, in an insert, update or COPY; also in messages */
	aet_type type;
	const char
	    *when_unset; /* an update's SQL for a column left alone; NULL: left alone */
} aet_parameter;

typedef struct aet_column {
	const char *name;
	aet_type type;
	bool nullable;
} aet_column;

typedef enum aet_statement_kind {
	AET_STATEMENT_FIXED = 0,  /* sql is the whole text */
	AET_STATEMENT_INSERT = 1, /* sql (columns) VALUES ($1, ...) tail */
	AET_STATEMENT_UPDATE =
	    2, /* sql column = $n, ... tail; or otherwise, if nothing is set */
	AET_STATEMENT_COPY =
	    3, /* COPY sql (columns) FROM STDIN: the parameters are the columns */
	AET_STATEMENT_PIECES = 4 /* sql, and those of its pieces that apply */
} aet_statement_kind;

/*
 * A part of a text that is there where all parameters that it needs are given
 * and its choice, if it has one, is made (aet_args_choose). Given some of the
 * parameters without the others, the run is AET_EINVAL.
 */
typedef struct aet_piece {
	const char *sql;
	uint64_t needs;  /* bit n: parameter n, from 0. No bit: always there */
	uint32_t choice; /* 0: whatever is chosen; else the number of the choice and 1 */
} aet_piece;

typedef struct aet_row aet_row;

/* Reads one row into a zeroed struct of row_size bytes. */
typedef void (*aet_row_reader)(aet_row *row, void *out);

/*
 * A statement. Static data: it must live as long as any handle that ran it
 * may run it again. Prepared once per connection, on first use; an insert or
 * update once per set of columns that its arguments set, one of pieces once per
 * text that is made of them. Parameters keep their numbers in each.
 */
typedef struct aet_statement {
	size_t size;      /* sizeof(aet_statement) */
	const char *name; /* for messages: "user_find_by_email" */
	aet_statement_kind kind;
	bool writes; /* decides between AET_ETIMEOUT and AET_EUNKNOWN */
	const char *sql;
	const char *tail; /* insert, update: what follows; "" if nothing */
	const char
	    *otherwise; /* update: run when no column is set, with the keys alone */
	size_t keys;    /* update: the first parameters are keys, $1 to $keys */
	const aet_parameter *parameters;
	size_t parameter_count;
	const aet_column *columns; /* of the answer */
	size_t column_count;
	size_t row_size;
	aet_row_reader read; /* NULL where there are no columns */
	const aet_piece *pieces;
	size_t piece_count;
	uint32_t choices; /* among which aet_args_choose chooses; 0: none */
} aet_statement;

/*
 * Statements that belong together, and other sets that do: all that a package of
 * generated code runs is <prefix>_statements(), and a program that uses several
 * packages can make one set of theirs. Static data, as the statements are.
 * aet_db_migrate asks whether they work on a newer database
 * (aet_migrate_options.statements).
 */
typedef struct aet_statement_set {
	const aet_statement *const *items;
	size_t count;
	const struct aet_statement_set *const *parts;
	size_t part_count;
} aet_statement_set;

/* ---- arguments -------------------------------------------------------- */

#define AET_ARGS_ROOM 4

/* Private to the library. */
typedef struct aet_arg {
	const char *data;
	int32_t len;
	int32_t state;
	uint8_t scalar[16];
} aet_arg;

/*
 * The arguments of one run, in the order of the statement's parameters. Start
 * from {0}; fields are private. What is pointed to is borrowed until the run.
 * Each function that runs a statement empties its arguments, also on failure;
 * aet_args_clear is for arguments that are never run.
 */
typedef struct aet_args {
	aet_arg room[AET_ARGS_ROOM];
	aet_arg *items;
	size_t count;
	size_t capacity;
	void *owned;
	aet_status failed;
	size_t failed_at;
	uint32_t choice;
} aet_args;

/* Frees what they hold; they are empty and may be used again. */
AET_API void aet_args_clear(aet_args *args);

/* What a binder says of a struct that is NULL: the run is AET_EINVAL. */
AET_API void aet_args_refuse(aet_args *args);

/* A parameter's place left empty: DEFAULT in an insert, untouched in an update,
 * without the pieces that need it in a statement of pieces. */
AET_API void aet_args_unset(aet_args *args);

/* Which of a statement's choices its text is made for, from 0, which it is
 * without a word; a number too high is AET_EINVAL. No parameter. */
AET_API void aet_args_choose(aet_args *args, uint32_t choice);
AET_API void aet_args_null(aet_args *args);
AET_API void aet_args_bool(aet_args *args, bool value);
AET_API void aet_args_int16(aet_args *args, int16_t value);
AET_API void aet_args_int32(aet_args *args, int32_t value);
AET_API void aet_args_int64(aet_args *args, int64_t value);
AET_API void aet_args_float(aet_args *args, float value);
AET_API void aet_args_double(aet_args *args, double value);
AET_API void aet_args_uuid(aet_args *args, aet_uuid value);
AET_API void aet_args_timestamp(aet_args *args, aet_timestamp value);
AET_API void aet_args_bytes(aet_args *args, aet_bytes value);

/* Text; NULL is AET_EINVAL here, NULL in the _or_null form. Also for enums. */
AET_API void aet_args_text(aet_args *args, const char *value);
AET_API void aet_args_text_or_null(aet_args *args, const char *value);

/* json takes the text as it is, jsonb adds its version byte; a NULL text is
 * AET_EINVAL here, NULL in the _or_null form. */
AET_API void aet_args_json(aet_args *args, aet_json value);
AET_API void aet_args_jsonb(aet_args *args, aet_json value);
AET_API void aet_args_jsonb_or_null(aet_args *args, aet_json value);

/* The array is SQL NULL where it says so. */
AET_API void aet_args_text_array(aet_args *args, aet_text_array value);

/* An array of the texts of count items that lie size bytes apart: an enum's. An
 * item that has none (text_of gives NULL) is AET_EINVAL. */
typedef const char *(*aet_args_text_of)(const void *item);
AET_API void aet_args_text_array_of(aet_args *args, const void *items, size_t count,
    size_t size, aet_args_text_of text_of);

/* count uuids that lie stride bytes apart: an array of wrapped ids will do. */
AET_API void aet_args_uuid_array(
    aet_args *args, const void *uuids, size_t count, size_t stride);

/* Fields of an insert or a change, each by its state. */
AET_API void aet_args_field_bool(aet_args *args, aet_field_bool field);
AET_API void aet_args_field_int16(aet_args *args, aet_field_int16 field);
AET_API void aet_args_field_int32(aet_args *args, aet_field_int32 field);
AET_API void aet_args_field_int64(aet_args *args, aet_field_int64 field);
AET_API void aet_args_field_float(aet_args *args, aet_field_float field);
AET_API void aet_args_field_double(aet_args *args, aet_field_double field);
AET_API void aet_args_field_uuid(aet_args *args, aet_field_uuid field);
AET_API void aet_args_field_timestamp(aet_args *args, aet_field_timestamp field);
AET_API void aet_args_field_text(aet_args *args, aet_field_text field);
AET_API void aet_args_field_bytes(aet_args *args, aet_field_bytes field);
AET_API void aet_args_field_json(aet_args *args, aet_field_json field);
AET_API void aet_args_field_jsonb(aet_args *args, aet_field_json field);
AET_API void aet_args_field_text_array(aet_args *args, aet_field_text_array field);

/* ---- rows ------------------------------------------------------------- */

/*
 * A column of the row being read, by its number from 0. An unexpected NULL or
 * a malformed value gives zero and makes the run fail with AET_EDATA and the
 * column's name. Pointers live as long as the row or list that is read into.
 */
AET_API bool aet_row_is_null(aet_row *row, size_t column);
AET_API bool aet_row_bool(aet_row *row, size_t column);
AET_API int16_t aet_row_int16(aet_row *row, size_t column);
AET_API int32_t aet_row_int32(aet_row *row, size_t column);
AET_API int64_t aet_row_int64(aet_row *row, size_t column);
AET_API float aet_row_float(aet_row *row, size_t column);
AET_API double aet_row_double(aet_row *row, size_t column);
AET_API aet_uuid aet_row_uuid(aet_row *row, size_t column);
AET_API aet_timestamp aet_row_timestamp(aet_row *row, size_t column);
AET_API aet_bytes aet_row_bytes(aet_row *row, size_t column);
AET_API const char *aet_row_text(aet_row *row, size_t column);
AET_API const char *aet_row_text_or_null(aet_row *row, size_t column);
AET_API aet_json aet_row_json(aet_row *row, size_t column);
AET_API aet_json aet_row_json_or_null(aet_row *row, size_t column);
AET_API aet_json aet_row_jsonb(aet_row *row, size_t column);
AET_API aet_json aet_row_jsonb_or_null(aet_row *row, size_t column);
/* A NULL array has is_null set in the _or_null form. */
AET_API aet_text_array aet_row_text_array(aet_row *row, size_t column);
AET_API aet_text_array aet_row_text_array_or_null(aet_row *row, size_t column);

/* Columns that may be NULL. */
AET_API aet_opt_bool aet_row_opt_bool(aet_row *row, size_t column);
AET_API aet_opt_int16 aet_row_opt_int16(aet_row *row, size_t column);
AET_API aet_opt_int32 aet_row_opt_int32(aet_row *row, size_t column);
AET_API aet_opt_int64 aet_row_opt_int64(aet_row *row, size_t column);
AET_API aet_opt_float aet_row_opt_float(aet_row *row, size_t column);
AET_API aet_opt_double aet_row_opt_double(aet_row *row, size_t column);
AET_API aet_opt_uuid aet_row_opt_uuid(aet_row *row, size_t column);
AET_API aet_opt_timestamp aet_row_opt_timestamp(aet_row *row, size_t column);
AET_API aet_opt_bytes aet_row_opt_bytes(aet_row *row, size_t column);

/*
 * Zeroed room for count items of size bytes (at most 8-byte aligned) that
 * lives as long as the row or list being read: for values that the library
 * has no type for. NULL when memory is out (the run fails with AET_ENOMEM) or
 * when count is 0.
 */
AET_API void *aet_row_room(aet_row *row, size_t count, size_t size);

/* Makes the run fail with AET_EDATA: "column ...: <what>". */
AET_API void aet_row_fail(aet_row *row, size_t column, const char *what);

/* ---- running ---------------------------------------------------------- */

/*
 * Every list: `typedef struct aet_user_list { aet_user *items; size_t len; }`
 * has this shape.
 */

/*
 * Runs and reads the first row.
 *
 *   out  points to a pointer to the row's struct (aet_user **), or is NULL: do
 *        not read it. Owned: aet_block_free(). Untouched on failure
 *
 * No row is AET_ENOTFOUND, with the statement's name.
 */
AET_API AET_MUST_USE aet_status aet_statement_find_one(aet_db *db,
    const aet_statement *statement, aet_args *args, void *out, aet_error *err);

/*
 * Runs and reads the first row into *row, a struct of row_size bytes that the
 * caller holds: for rows without pointers only. Untouched on failure.
 */
AET_API AET_MUST_USE aet_status aet_statement_read_one(aet_db *db,
    const aet_statement *statement, aet_args *args, void *row, aet_error *err);

/*
 * Runs and reads every row.
 *
 *   out  points to a pointer to the list's struct (aet_user_list **). Owned:
 *        aet_block_free(). Untouched on failure
 */
AET_API AET_MUST_USE aet_status aet_statement_list(aet_db *db,
    const aet_statement *statement, aet_args *args, void *out, aet_error *err);

/*
 * Runs, and tells how many rows were changed (of a SELECT: found).
 *
 *   rows  may be NULL
 */
AET_API AET_MUST_USE aet_status aet_statement_exec(aet_db *db,
    const aet_statement *statement, aet_args *args, int64_t *rows, aet_error *err);

/* Puts item's fields into args, in the order of the statement's parameters. */
typedef void (*aet_args_binder)(aet_args *args, const void *item);

/*
 * Runs the statement once for each of count items that lie size bytes apart,
 * in one pipeline, all or none, and reads the rows in the items' order. No
 * items: nothing is asked, the list is empty. Inserts of 64 items and more go
 * as arrays, thousands a command, where those in a row set the same columns:
 * triggers of statements fire once for each command.
 *
 *   out  as aet_statement_list, or NULL: do not read the rows
 *
 * On failure error.message names the item, from 0.
 */
AET_API AET_MUST_USE aet_status aet_statement_insert_all(aet_db *db,
    const aet_statement *statement, aet_args_binder bind, const void *items, size_t count,
    size_t size, void *out, aet_error *err);

/*
 * Copies count items that lie size bytes apart into a table, with a statement
 * of AET_STATEMENT_COPY: COPY in binary, all or none, in memory that does not
 * grow with their number. Faster than aet_statement_insert_all where nothing
 * is to be read back (bench/insert.c). COPY has no DEFAULT, so that every
 * parameter must be given; it meets the table's triggers and constraints, but
 * not its rules. No items: nothing is asked.
 *
 * Items are bound twice, and must be the same both times. Fails as every call
 * may, with AET_EINVAL before anything is sent where an item is wrong, with
 * AET_EDATA where the columns' types are not the parameters'. error.message
 * names the item, from 0, where one is to blame and the server says which.
 */
AET_API AET_MUST_USE aet_status aet_statement_copy(aet_db *db,
    const aet_statement *statement, aet_args_binder bind, const void *items, size_t count,
    size_t size, aet_error *err);

/* What each item of a batch answers with. */
typedef enum aet_batch {
	AET_BATCH_NOTHING = 0,
	AET_BATCH_ROWS = 1, /* a row: AET_ENOTFOUND where there is none */
	AET_BATCH_LISTS = 2 /* a list of rows */
} aet_batch;

/*
 * Runs the statement once for each of count items that lie size bytes apart, in
 * one pipeline, each for itself: one that fails leaves the others done. The
 * call's deadline is that of all together.
 *
 * In a transaction the first item that fails takes the transaction with it:
 * those before it are done as far as the transaction knows, those behind it
 * are AET_EDB with SQLSTATE 25P02. To keep it, run the batch on a savepoint.
 *
 *   statuses  count of them, each written; NULL: not wanted
 *   out       count pointers to rows or lists, each owned: aet_block_free(),
 *             NULL where the item failed. NULL: do not read the rows
 *
 * Where the connection goes, or the time is over, items that were answered
 * keep what they were answered; of the others those that write and were sent
 * are AET_EUNKNOWN outside a transaction, all else is AET_ECONNECT or
 * AET_ETIMEOUT: not done.
 *
 * Returns the status of the first item that failed, and names it in
 * error.message.
 */
AET_API AET_MUST_USE aet_status aet_statement_batch(aet_db *db,
    const aet_statement *statement, aet_args_binder bind, const void *items, size_t count,
    size_t size, aet_batch answer, aet_status *statuses, void *out, aet_error *err);

/*
 * Takes one row, a struct of the statement's row_size, which lives until it
 * returns. Anything but AET_OK ends the reading; err is filled as by any
 * function that fails (aet_error_set).
 */
typedef aet_status (*aet_each_fn)(const void *row, void *ctx, aet_error *err);

/*
 * Runs, and gives each row to a function as it comes, in memory that does not
 * grow with their number. The connection is in use until the end: on a
 * transaction, each may not use its handle (AET_EINVAL; rolling back does
 * nothing); on a pool, calls that each makes take other connections.
 *
 * call_timeout_ms is the time up to the first row, and then again that of each
 * wait for another; what each itself takes does not count. A transaction's own
 * timeout holds for the whole.
 *
 * Returns AET_OK after the last row; each's status if it ended the reading;
 * or as every call may fail, rows given before included. A reading that is
 * ended in a transaction drops the rows that are left, so that the transaction
 * goes on, and so does one of a statement that writes, which is not undone;
 * otherwise the connection is closed unless there is little left.
 */
AET_API AET_MUST_USE aet_status aet_statement_each(aet_db *db,
    const aet_statement *statement, aet_args *args, aet_each_fn each, void *ctx,
    aet_error *err);

/* Frees a row or a list that a function of this header gave. NULL is nothing. */
AET_API void aet_block_free(void *row_or_list);

AET_END_DECLS

#endif
