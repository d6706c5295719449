/* SPDX-License-Identifier: MIT */
/* Between exact decimal numbers and the nearest double. */
#ifndef AET_CORE_NUMERIC_DOUBLE_H
#define AET_CORE_NUMERIC_DOUBLE_H

#include <aeturnis/values.h>

/* What 17 decimal digits take, wherever the point is. */
#define AET__NUMERIC_DOUBLE_DIGITS 6

/* The nearest; what is out of a double's range is an infinity or 0. */
double aet__numeric_to_double(aet_numeric value);

/* The shortest number that is nearest to value. The digits go to room, which the
 * result borrows. */
aet_numeric aet__numeric_from_double(
    double value, uint16_t room[AET__NUMERIC_DOUBLE_DIGITS]);

#endif
