/* SPDX-License-Identifier: MIT */
#include "migrate/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/error.h"

#define MEMORY_MOST ((size_t)1024 * 1024)
#define FORGET_EVERY ((size_t)1024 * 1024)

static int
open_in(const char *dir)
{
	aet__text path = { 0 };
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	aet__text_addf(&path, "%s/aet-migration-XXXXXX", dir);
	if (aet__text_ok(&path))
		fd = mkostemp(path.data, O_CLOEXEC);
	if (fd >= 0)
		unlink(path.data);
	aet__text_free(&path);
	return fd;
}

/* /var/tmp is on a disk where /tmp is in memory. */
static bool
begin_file(aet__spool *spool)
{
	const char *const dirs[] = { getenv("TMPDIR"), "/var/tmp", "/tmp" };

	spool->fd = -1;
	for (int i = 0; spool->fd < 0 && i < 3; i++)
		if (dirs[i] != NULL && dirs[i][0] != '\0')
			spool->fd = open_in(dirs[i]);
	spool->filed = spool->fd >= 0;
	if (!spool->filed)
		spool->failure = errno;
	return spool->filed;
}

static void
write_all(aet__spool *spool, const char *text, size_t len)
{
	while (len > 0 && spool->failure == 0) {
		ssize_t put = write(spool->fd, text, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			spool->failure = put < 0 ? errno : ENOSPC;
			return;
		}
		text += put;
		len -= (size_t)put;
	}
}

void
aet__spool_add(aet__spool *spool, const char *text, size_t len)
{
	if (spool->failure != 0)
		return;
	if (!spool->filed && spool->len + len > MEMORY_MOST && begin_file(spool)) {
		write_all(spool, aet__text_view(&spool->text), spool->text.len);
		aet__text_free(&spool->text);
	}
	if (spool->filed)
		write_all(spool, text, len);
	else
		aet__text_add_n(&spool->text, text, len);
	spool->len += len;
}

aet_status
aet__spool_finish(aet__spool *spool, aet_error *err)
{
	void *pages;

	if (spool->failure == 0 && spool->filed) {
		pages = mmap(NULL, spool->len, PROT_READ, MAP_PRIVATE, spool->fd, 0);
		if (pages == MAP_FAILED)
			spool->failure = errno;
		spool->mapped = pages != MAP_FAILED;
		spool->pages = spool->mapped ? pages : NULL;
		close(spool->fd);
		spool->filed = false;
	}
	if (spool->failure != 0)
		return aet_error_set(err, AET_EDB,
		    "no room for a big migration's text (TMPDIR, else /var/tmp): %s",
		    strerror(spool->failure));
	return aet__text_ok(&spool->text) ? AET_OK : aet__error_memory(err);
}

const char *
aet__spool_view(const aet__spool *spool)
{
	return spool->mapped ? spool->pages : aet__text_view(&spool->text);
}

void
aet__spool_free(aet__spool *spool)
{
	if (spool->mapped)
		munmap(spool->pages, spool->len);
	if (spool->filed)
		close(spool->fd);
	aet__text_free(&spool->text);
	*spool = (aet__spool){ 0 };
}

void
aet__spool_forget(const char *text, size_t *from, size_t end)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	end -= end % page;
	if (end < *from + FORGET_EVERY)
		return;
	/* From the page after the last one that was forgotten; by address, since the
	 * text is not the caller's to write. */
	(void)madvise((void *)((uintptr_t)text + *from), end - *from, MADV_DONTNEED);
	*from = end;
}
