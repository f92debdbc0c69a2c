/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "module/certs.h"

enum { PATH_BYTES = 1024, FILE_BYTES_MAX = 1 << 20 };

static void show_cert(const struct tls_cert *cert, struct json *out)
{
	char text[CLOCK_TEXT_SIZE];

	json_put_text(out, "subject", cert->subject);
	json_put_text(out, "issuer", cert->issuer);
	json_put_text(out, "names", cert->names);
	json_put_text(out, "from", clock_text(text, cert->from));
	json_put_text(out, "until", clock_text(text, cert->until));
	json_put_text(out, "key", cert->key);
	json_put_text(out, "signature", cert->signature);
	json_put_text(out, "serial", cert->serial);
	json_put_text(out, "sha256", cert->fingerprint);
}

/* What was sent and what was fetched, one above the other. */
static struct tls_chain *whole_chain(const struct certs_seen *seen)
{
	struct tls_chain *whole = tls_chain_copy(seen->chain);

	if (seen->issuers)
		tls_chain_append(whole, seen->issuers->fetched);
	return whole;
}

static void show_fetched(const struct tls_issuers_result *issuers,
			 struct json *array)
{
	struct tls_cert cert;

	for (size_t i = 0; i < tls_chain_count(issuers->fetched); i++) {
		struct json *row = json_put_object(array, NULL);

		tls_chain_cert(issuers->fetched, i, &cert);
		json_put_text(row, "status", "fetched, not trusted");
		json_put_text(row, "from_place", issuers->from[i]);
		show_cert(&cert, row);
	}
}

/* What leads on from there and was not sent. */
static void show_missing(const struct certs_seen *seen,
			 const struct tls_cert *last, struct json *out)
{
	const struct tls_issuers_result *issuers = seen->issuers;
	struct json *array = json_put_array(out, "not_sent");

	json_put_text(out, "missing", last->issuer);
	json_put_text(out, "to_be_had_at", last->issuer_url);
	if (!issuers)
		return;

	show_fetched(issuers, array);
	if (issuers->why.err)
		json_put_text(out, "not_fetched", issuers->why.text);
	if (tls_chain_count(issuers->fetched)) {
		json_put_text(
			out, "with_these",
			tls_verdict_row(issuers->judged.verdict)->wording);
		json_put_text(out, "with_these_detail", issuers->judged.detail);
	}
}

void certs_show(const struct certs_seen *seen, const char *host,
		const char *trust, struct json *out)
{
	struct json *array = json_put_array(out, "chain");
	struct tls_trust *installed;
	struct tls_judgement judgement = { .verdict =
						   TLS_VERDICT_UNCLASSIFIED };
	struct tls_cert cert = { .issuer = "" };

	if (!tls_trust_new(&installed, trust, NULL))
		tls_judge(seen->chain, host, installed, clock_now(),
			  &judgement);
	tls_trust_free(&installed);
	json_put_text(out, "verdict",
		      tls_verdict_row(judgement.verdict)->wording);
	json_put_text(out, "detail", judgement.detail);
	for (size_t i = 0; i < tls_chain_count(seen->chain); i++) {
		struct json *row = json_put_object(array, NULL);

		tls_chain_cert(seen->chain, i, &cert);
		json_put_text(row, "status",
			      judgement.anchored ? "verified" : "not verified");
		show_cert(&cert, row);
	}
	if (!judgement.anchored && !cert.self_issued)
		show_missing(seen, &cert, out);
}

static void put_pem(const struct tls_chain *chain, const char *name,
		    struct json *out)
{
	struct buf text = BUF(FILE_BYTES_MAX);

	for (size_t i = 0; i < tls_chain_count(chain); i++)
		tls_chain_pem(chain, i, &text);
	json_put_text(out, name, buf_text(&text));
	buf_free(&text);
}

void certs_show_pem(const struct certs_seen *seen, struct json *out)
{
	put_pem(seen->chain, "pem", out);
	if (seen->issuers && tls_chain_count(seen->issuers->fetched))
		put_pem(seen->issuers->fetched, "not_sent", out);
}

/* Both as people write them: "AB:CD" is "abcd". */
static bool same_print(const char *print, const char *given)
{
	for (; *given; given++) {
		if (*given == ':')
			continue;
		if (tolower((unsigned char)*given) != *print)
			return false;
		print++;
	}
	return !*print;
}

static bool is_directory(const char *path)
{
	struct stat st;

	return *path && !stat(path, &st) && S_ISDIR(st.st_mode);
}

enum err certs_accept(const struct certs_seen *seen, const char *directory,
		      const char *fingerprint, struct why *why)
{
	char path[PATH_BYTES];
	struct buf text = BUF(FILE_BYTES_MAX);
	struct tls_cert cert = { .fingerprint = "" };
	struct tls_chain *chain;
	size_t i = 0;
	enum err err;

	if (!is_directory(directory))
		return why_set(why, ERR_CONFIG,
			       *directory ? "the gateway's trust, %s, is no "
					    "directory: set trust to one"
					  : "the gateway has no trust of its "
					    "own%s: set trust to a directory",
			       directory);
	chain = whole_chain(seen);
	for (; i < tls_chain_count(chain); i++) {
		tls_chain_cert(chain, i, &cert);
		if (same_print(cert.fingerprint, fingerprint))
			break;
	}
	if (i < tls_chain_count(chain)) {
		tls_chain_pem(chain, i, &text);
		snprintf(path, sizeof(path), "%s/%s.pem", directory,
			 cert.fingerprint);
		err = file_replace(path, &text, 0644, why);
	} else {
		err = why_set(why, ERR_GONE,
			      "no certificate of that fingerprint was sent, "
			      "nor fetched");
	}
	buf_free(&text);
	tls_chain_free(&chain);
	return err;
}

/* Of what is no regular file, none. */
static struct tls_chain *read_certs(const char *path)
{
	struct tls_chain *chain = tls_chain_new();
	struct buf text = BUF(FILE_BYTES_MAX);
	char piece[8192];
	ssize_t len = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	while (fd >= 0 && (len = read(fd, piece, sizeof(piece))) > 0)
		buf_add(&text, piece, (size_t)len);
	if (fd >= 0)
		close(fd);
	if (text.len)
		tls_chain_add(chain, text.data, text.len);
	buf_free(&text);
	return chain;
}

/* The next file that is not hidden. */
static bool next_file(DIR *dir, const char *directory, char path[PATH_BYTES])
{
	const struct dirent *entry;

	do
		entry = readdir(dir);
	while (entry && entry->d_name[0] == '.');
	if (entry)
		snprintf(path, PATH_BYTES, "%s/%s", directory, entry->d_name);
	return entry != NULL;
}

static void list_file(const char *path, struct json *array)
{
	const char *slash = strrchr(path, '/');
	struct tls_chain *chain = read_certs(path);
	struct tls_cert cert;

	for (size_t i = 0; i < tls_chain_count(chain); i++) {
		struct json *row = json_put_object(array, NULL);

		tls_chain_cert(chain, i, &cert);
		json_put_text(row, "file", slash ? slash + 1 : path);
		show_cert(&cert, row);
	}
	tls_chain_free(&chain);
}

enum err certs_list(const char *trust, struct json *out, struct why *why)
{
	struct json *array = json_put_array(out, "installed");
	DIR *dir = *trust ? opendir(trust) : NULL;
	char path[PATH_BYTES];

	if (!*trust)
		return why_set(why, ERR_CONFIG,
			       "the gateway has no trust of its own: the "
			       "authorities of this machine count");
	if (!dir)
		list_file(trust, array);
	while (dir && next_file(dir, trust, path))
		list_file(path, array);
	if (dir)
		closedir(dir);
	return ERR_OK;
}

static bool holds_alone(const struct tls_chain *chain, const char *fingerprint)
{
	struct tls_cert cert;

	if (tls_chain_count(chain) != 1)
		return false;
	tls_chain_cert(chain, 0, &cert);
	return same_print(cert.fingerprint, fingerprint);
}

enum err certs_remove(const char *directory, const char *fingerprint,
		      struct why *why)
{
	DIR *dir = *directory ? opendir(directory) : NULL;
	char path[PATH_BYTES];
	bool removed = false;

	while (dir && !removed && next_file(dir, directory, path)) {
		struct tls_chain *chain = read_certs(path);

		removed = holds_alone(chain, fingerprint) && !unlink(path);
		tls_chain_free(&chain);
	}
	if (dir)
		closedir(dir);
	return removed ? ERR_OK
		       : why_set(why, ERR_GONE,
				 "no file with that certificate alone");
}
