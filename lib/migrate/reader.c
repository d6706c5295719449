/* SPDX-License-Identifier: MIT */
#include "migrate/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"

void
aet__file_reader_memory(
    aet__file_reader *reader, const char *file, const char *text, size_t len)
{
	reader->file = file;
	reader->fd = -1;
	reader->memory = text;
	reader->memory_len = len;
	reader->started = false;
	reader->held_return = false;
	reader->line = 1;
	reader->continuations = 0;
}

aet_status
aet__file_reader_open(aet__file_reader *reader, const char *path, aet_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat about;

	if (fd < 0 || fstat(fd, &about) != 0) {
		aet_error_set(
		    err, AET_EINVAL, "cannot read \"%s\": %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return AET_EINVAL;
	}
	if (!S_ISREG(about.st_mode)) {
		close(fd);
		return aet_error_set(err, AET_EINVAL,
		    "cannot read \"%s\": it is not a regular file", path);
	}
	aet__file_reader_memory(reader, path, NULL, 0);
	reader->fd = fd;
	return AET_OK;
}

void
aet__file_reader_close(aet__file_reader *reader)
{
	if (reader->fd >= 0)
		close(reader->fd);
	reader->fd = -1;
}

/* Fills raw from the file, wholly unless it ends. */
static aet_status
fill_from_file(aet__file_reader *reader, size_t *len, aet_error *err)
{
	size_t have = 0;
	ssize_t got;

	while (have < sizeof(reader->raw)) {
		got = read(reader->fd, reader->raw + have, sizeof(reader->raw) - have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return aet_error_set(err, AET_EINVAL, "cannot read \"%s\": %s",
			    reader->file, strerror(errno));
		if (got == 0)
			break;
		have += (size_t)got;
	}
	*len = have;
	return AET_OK;
}

static aet_status
fill(aet__file_reader *reader, size_t *len, aet_error *err)
{
	size_t take = reader->memory_len;

	if (reader->fd >= 0)
		return fill_from_file(reader, len, err);
	if (take > sizeof(reader->raw))
		take = sizeof(reader->raw);
	if (take > 0) {
		memcpy(reader->raw, reader->memory, take);
		reader->memory += take;
	}
	reader->memory_len -= take;
	*len = take;
	return AET_OK;
}

/* The first byte of a character (RFC 3629, section 4, "UTF8-octets"). */
static bool
begin_character(aet__file_reader *reader, unsigned char c)
{
	reader->low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
	reader->high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
	reader->continuations = c < 0x80 ? 0 : c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
	return c != 0 && (c < 0x80 || (c >= 0xC2 && c <= 0xF4));
}

static bool
check_byte(aet__file_reader *reader, unsigned char c)
{
	if (reader->continuations == 0)
		return begin_character(reader, c);
	if (c < reader->low || c > reader->high)
		return false;
	reader->continuations--;
	reader->low = 0x80;
	reader->high = 0xBF;
	return true;
}

static aet_status
refuse_byte(const aet__file_reader *reader, bool nul, aet_error *err)
{
	if (nul)
		return aet_error_set(err, AET_EINVAL,
		    "%s:%d: a NUL byte: this is no text file, or it is UTF-16; save it "
		    "as UTF-8",
		    reader->file, reader->line);
	return aet_error_set(err, AET_EINVAL, "%s:%d: not UTF-8: save the file as UTF-8",
	    reader->file, reader->line);
}

/* Carries raw over into text, whose length it returns through *len. */
static aet_status
carry(aet__file_reader *reader, size_t from, size_t raw_len, size_t *len, aet_error *err)
{
	size_t put = 0;

	for (size_t at = from; at < raw_len; at++) {
		unsigned char c = reader->raw[at];

		if (!check_byte(reader, c))
			return refuse_byte(reader, c == 0, err);
		if (reader->held_return && c != '\n')
			reader->text[put++] = '\r';
		reader->held_return = c == '\r';
		if (c == '\n')
			reader->line++;
		if (c != '\r')
			reader->text[put++] = (char)c;
	}
	*len = put;
	return AET_OK;
}

/* What is left when the file is at its end. */
static aet_status
finish(aet__file_reader *reader, size_t *len, aet_error *err)
{
	if (reader->continuations > 0)
		return refuse_byte(reader, false, err);
	*len = 0;
	if (reader->held_return)
		reader->text[(*len)++] = '\r';
	reader->held_return = false;
	return AET_OK;
}

aet_status
aet__file_reader_next(
    aet__file_reader *reader, const char **text, size_t *len, aet_error *err)
{
	size_t raw_len = 0;
	size_t put = 0;
	size_t from;
	aet_status status;

	do {
		status = fill(reader, &raw_len, err);
		if (status != AET_OK)
			return status;
		from = !reader->started && raw_len >= 3 &&
			       memcmp(reader->raw, "\xEF\xBB\xBF", 3) == 0
			   ? 3
			   : 0;
		reader->started = true;
		status = raw_len > 0 ? carry(reader, from, raw_len, &put, err)
				     : finish(reader, &put, err);
		if (status != AET_OK)
			return status;
	} while (put == 0 && raw_len > 0);
	*text = reader->text;
	*len = put;
	return AET_OK;
}
