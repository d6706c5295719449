/* SPDX-License-Identifier: MIT */
#include "db/pool_private.h"

void *
aet__pool_guest_get(aet__pool *pool)
{
	void *guest;

	pthread_mutex_lock(&pool->mutex);
	guest = pool->guest;
	pthread_mutex_unlock(&pool->mutex);
	return guest;
}

bool
aet__pool_guest_put(aet__pool *pool, const aet__pool_guest *kind, void *guest)
{
	bool there;

	pthread_mutex_lock(&pool->mutex);
	there = pool->guest_kind != NULL || pool->guest_barred;
	if (!there) {
		pool->guest_kind = kind;
		pool->guest = guest;
	}
	pthread_mutex_unlock(&pool->mutex);
	return !there;
}

aet_status
aet__pool_close_with_guest(aet__pool *pool)
{
	const aet__pool_guest *kind;
	aet_status status;
	void *guest;

	pthread_mutex_lock(&pool->mutex);
	kind = pool->guest_kind;
	guest = pool->guest;
	pool->guest_barred = true;
	pool->holders++;
	pthread_mutex_unlock(&pool->mutex);
	if (kind != NULL)
		kind->stop(guest);
	status = aet__pool_close(pool);
	if (kind != NULL)
		kind->leave(guest, status == AET_OK);
	aet__pool_release(pool);
	return status;
}
