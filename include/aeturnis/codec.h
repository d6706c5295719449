/* SPDX-License-Identifier: MIT */
/*
 * Arguments and columns of the types of <aeturnis/values.h>, and the way into
 * values that have values inside: arrays, composites, ranges. What is inside
 * is a row or a list of arguments of its own, so that the same functions serve
 * at any depth. The rules are those of <aeturnis/statement.h>.
 */
#ifndef AETURNIS_CODEC_H
#define AETURNIS_CODEC_H

#include <aeturnis/statement.h>
#include <aeturnis/values.h>

AET_BEGIN_DECLS

/* ---- arguments ---------------------------------------------------------- */

/* A value each, in the order of the statement's parameters. */
AET_API void aet_args_date(aet_args *args, aet_date value);
AET_API void aet_args_time(aet_args *args, aet_time value);
AET_API void aet_args_timetz(aet_args *args, aet_timetz value);
AET_API void aet_args_local_timestamp(aet_args *args, aet_local_timestamp value);
AET_API void aet_args_interval(aet_args *args, aet_interval value);
AET_API void aet_args_numeric(aet_args *args, aet_numeric value);
AET_API void aet_args_money(aet_args *args, aet_money value);
AET_API void aet_args_char(aet_args *args, char value);
AET_API void aet_args_uint32(aet_args *args, uint32_t value);
AET_API void aet_args_uint64(aet_args *args, uint64_t value);
AET_API void aet_args_inet(aet_args *args, aet_inet value);
AET_API void aet_args_macaddr(aet_args *args, aet_macaddr value);
AET_API void aet_args_tid(aet_args *args, aet_tid value);
AET_API void aet_args_bits(aet_args *args, aet_bits value);
AET_API void aet_args_point(aet_args *args, aet_point value);
AET_API void aet_args_line(aet_args *args, aet_line value);
AET_API void aet_args_lseg(aet_args *args, aet_lseg value);
AET_API void aet_args_box(aet_args *args, aet_box value);
AET_API void aet_args_circle(aet_args *args, aet_circle value);
AET_API void aet_args_path(aet_args *args, aet_path value);
AET_API void aet_args_polygon(aet_args *args, aet_polygon value);

/* A numeric from a double: the number with the fewest digits that is nearest to it. */
AET_API void aet_args_numeric_double(aet_args *args, double value);

/*
 * An argument made of the arguments inside, which are emptied. A type that has
 * a name only is looked up when the statement runs; the name is static text.
 *
 *   dimensions  of an array, outermost first; count 0: one, from 1
 *   types       of a composite's members, as many as inside has
 */
AET_API void aet_args_array(aet_args *args, aet_args *inside, aet_type element,
    const aet_dimension *dimensions, size_t count);
AET_API void aet_args_record(
    aet_args *args, aet_args *inside, const aet_type *types, size_t count);

/* inside has the bounds that are finite, the lower one first. */
AET_API void aet_args_range(aet_args *args, aet_args *inside, unsigned flags);
AET_API void aet_args_multirange(aet_args *args, aet_args *inside);

/* ---- columns ------------------------------------------------------------ */

/* A column each; pointers inside live as long as the row or list read into. */
AET_API aet_date aet_row_date(aet_row *row, size_t column);
AET_API aet_time aet_row_time(aet_row *row, size_t column);
AET_API aet_timetz aet_row_timetz(aet_row *row, size_t column);
AET_API aet_local_timestamp aet_row_local_timestamp(aet_row *row, size_t column);
AET_API aet_interval aet_row_interval(aet_row *row, size_t column);
AET_API aet_numeric aet_row_numeric(aet_row *row, size_t column);
AET_API aet_money aet_row_money(aet_row *row, size_t column);
AET_API char aet_row_char(aet_row *row, size_t column);
AET_API uint32_t aet_row_uint32(aet_row *row, size_t column);
AET_API uint64_t aet_row_uint64(aet_row *row, size_t column);
AET_API aet_inet aet_row_inet(aet_row *row, size_t column);
AET_API aet_macaddr aet_row_macaddr(aet_row *row, size_t column);
AET_API aet_tid aet_row_tid(aet_row *row, size_t column);
AET_API aet_bits aet_row_bits(aet_row *row, size_t column);
AET_API aet_point aet_row_point(aet_row *row, size_t column);
AET_API aet_line aet_row_line(aet_row *row, size_t column);
AET_API aet_lseg aet_row_lseg(aet_row *row, size_t column);
AET_API aet_box aet_row_box(aet_row *row, size_t column);
AET_API aet_circle aet_row_circle(aet_row *row, size_t column);
AET_API aet_path aet_row_path(aet_row *row, size_t column);
AET_API aet_polygon aet_row_polygon(aet_row *row, size_t column);

/* A numeric as the nearest double: digits are lost. */
AET_API double aet_row_numeric_double(aet_row *row, size_t column);

/* Makes the run fail with AET_EDATA where the column is NULL. */
AET_API void aet_row_require(aet_row *row, size_t column);

/*
 * What is inside a column, as a row whose columns are the elements; NULL where
 * the column is NULL, or the row has failed. It lives as long as row does.
 *
 *   len         how many there are
 *   dimensions  of the array, outermost first: dimension_count of them, which
 *               live as long as the row or list being read
 */
AET_API aet_row *aet_row_array(aet_row *row, size_t column, size_t *len,
    const aet_dimension **dimensions, size_t *dimension_count);

/* A composite of count members. */
AET_API aet_row *aet_row_record(aet_row *row, size_t column, size_t count);

/* A range's two bounds, lower and upper; one that is infinite is NULL. */
AET_API aet_row *aet_row_range(aet_row *row, size_t column, unsigned *flags);
AET_API aet_row *aet_row_multirange(aet_row *row, size_t column, size_t *len);

/* ---- nullable columns, and fields ---------------------------------------- */

/* Columns that may be NULL, as aet_row_opt_bool. */
AET_API aet_opt_date aet_row_opt_date(aet_row *row, size_t column);
AET_API aet_opt_time aet_row_opt_time(aet_row *row, size_t column);
AET_API aet_opt_timetz aet_row_opt_timetz(aet_row *row, size_t column);
AET_API aet_opt_local_timestamp aet_row_opt_local_timestamp(aet_row *row, size_t column);
AET_API aet_opt_interval aet_row_opt_interval(aet_row *row, size_t column);
AET_API aet_opt_numeric aet_row_opt_numeric(aet_row *row, size_t column);
AET_API aet_opt_money aet_row_opt_money(aet_row *row, size_t column);
AET_API aet_opt_char aet_row_opt_char(aet_row *row, size_t column);
AET_API aet_opt_uint32 aet_row_opt_uint32(aet_row *row, size_t column);
AET_API aet_opt_uint64 aet_row_opt_uint64(aet_row *row, size_t column);
AET_API aet_opt_inet aet_row_opt_inet(aet_row *row, size_t column);
AET_API aet_opt_macaddr aet_row_opt_macaddr(aet_row *row, size_t column);
AET_API aet_opt_tid aet_row_opt_tid(aet_row *row, size_t column);
AET_API aet_opt_bits aet_row_opt_bits(aet_row *row, size_t column);
AET_API aet_opt_point aet_row_opt_point(aet_row *row, size_t column);
AET_API aet_opt_line aet_row_opt_line(aet_row *row, size_t column);
AET_API aet_opt_lseg aet_row_opt_lseg(aet_row *row, size_t column);
AET_API aet_opt_box aet_row_opt_box(aet_row *row, size_t column);
AET_API aet_opt_circle aet_row_opt_circle(aet_row *row, size_t column);
AET_API aet_opt_path aet_row_opt_path(aet_row *row, size_t column);
AET_API aet_opt_polygon aet_row_opt_polygon(aet_row *row, size_t column);

/* Fields of an insert or a change, each by its state. */
AET_API void aet_args_field_date(aet_args *args, aet_field_date field);
AET_API void aet_args_field_time(aet_args *args, aet_field_time field);
AET_API void aet_args_field_timetz(aet_args *args, aet_field_timetz field);
AET_API void aet_args_field_local_timestamp(
    aet_args *args, aet_field_local_timestamp field);
AET_API void aet_args_field_interval(aet_args *args, aet_field_interval field);
AET_API void aet_args_field_numeric(aet_args *args, aet_field_numeric field);
AET_API void aet_args_field_money(aet_args *args, aet_field_money field);
AET_API void aet_args_field_char(aet_args *args, aet_field_char field);
AET_API void aet_args_field_uint32(aet_args *args, aet_field_uint32 field);
AET_API void aet_args_field_uint64(aet_args *args, aet_field_uint64 field);
AET_API void aet_args_field_inet(aet_args *args, aet_field_inet field);
AET_API void aet_args_field_macaddr(aet_args *args, aet_field_macaddr field);
AET_API void aet_args_field_tid(aet_args *args, aet_field_tid field);
AET_API void aet_args_field_bits(aet_args *args, aet_field_bits field);
AET_API void aet_args_field_point(aet_args *args, aet_field_point field);
AET_API void aet_args_field_line(aet_args *args, aet_field_line field);
AET_API void aet_args_field_lseg(aet_args *args, aet_field_lseg field);
AET_API void aet_args_field_box(aet_args *args, aet_field_box field);
AET_API void aet_args_field_circle(aet_args *args, aet_field_circle field);
AET_API void aet_args_field_path(aet_args *args, aet_field_path field);
AET_API void aet_args_field_polygon(aet_args *args, aet_field_polygon field);

AET_END_DECLS

#endif
