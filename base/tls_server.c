/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/tls_server.h"

/* A file as it was when it was last looked at. */
struct stamp {
	time_t changed_s;
	long changed_ns;
	off_t bytes;
	ino_t inode;
};

enum { STAMPS_MAX = 2 * TLS_CERTIFICATES_MAX + 1 };

/* One certificate each, the first for whoever asks for none of them. */
struct store {
	SSL_CTX *contexts[TLS_CERTIFICATES_MAX];
	size_t count;
};

struct tls_server {
	char *certificate, *key, *client_trust;
	struct store store;
	struct stamp stamps[STAMPS_MAX];
};

struct tls_conn {
	SSL *ssl;
};

/* The oldest complaint in OpenSSL's queue, which is then empty. */
static const char *complaint(char text[static 160])
{
	unsigned long code = ERR_get_error();

	snprintf(text, 160, "%s", "closed by the peer");
	if (code)
		ERR_error_string_n(code, text, 160);
	ERR_clear_error();
	return text;
}

/* Word number i of a list between spaces; "" if there are fewer. */
static void list_word(char *out, size_t size, const char *list, size_t i)
{
	size_t len;

	list += strspn(list, " \t");
	for (; i && *list; i--) {
		list += strcspn(list, " \t");
		list += strspn(list, " \t");
	}
	len = strcspn(list, " \t");
	snprintf(out, size, "%.*s", (int)len, list);
}

static struct stamp stamp_of(const char *path)
{
	struct stamp stamp = { .bytes = -1 };
	struct stat st;

	if (!*path || stat(path, &st))
		return stamp;

	stamp.changed_s = st.st_mtim.tv_sec;
	stamp.changed_ns = st.st_mtim.tv_nsec;
	stamp.bytes = st.st_size;
	stamp.inode = st.st_ino;
	return stamp;
}

static bool stamp_equal(const struct stamp *a, const struct stamp *b)
{
	return a->changed_s == b->changed_s && a->changed_ns == b->changed_ns &&
	       a->bytes == b->bytes && a->inode == b->inode;
}

static void stamps_take(const struct tls_server *server,
			struct stamp stamps[static STAMPS_MAX])
{
	char path[TLS_NAME_SIZE];

	for (size_t i = 0; i < TLS_CERTIFICATES_MAX; i++) {
		list_word(path, sizeof(path), server->certificate, i);
		stamps[2 * i] = stamp_of(path);
		list_word(path, sizeof(path), server->key, i);
		stamps[2 * i + 1] = stamp_of(path);
	}
	stamps[STAMPS_MAX - 1] = stamp_of(server->client_trust);
}

static void store_free(struct store *store)
{
	for (size_t i = 0; i < store->count; i++)
		SSL_CTX_free(store->contexts[i]);
	*store = (struct store){ .count = 0 };
}

/* The certificate that is made for the name, if there is one. */
static int name_chosen(SSL *ssl, int *alert, void *arg)
{
	const struct tls_server *server = arg;
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

	(void)alert;
	if (!name)
		return SSL_TLSEXT_ERR_NOACK;

	for (size_t i = 0; i < server->store.count; i++) {
		SSL_CTX *context = server->store.contexts[i];
		X509 *leaf = SSL_CTX_get0_certificate(context);

		if (X509_check_host(leaf, name, 0, 0, NULL) == 1) {
			SSL_set_SSL_CTX(ssl, context);
			break;
		}
	}
	return SSL_TLSEXT_ERR_OK;
}

static enum err context_trust(SSL_CTX *context, const char *path,
			      struct why *why)
{
	struct stat st;
	char text[160];
	bool directory = !stat(path, &st) && S_ISDIR(st.st_mode);

	if (!*path)
		return ERR_OK;

	if (!SSL_CTX_load_verify_locations(context, directory ? NULL : path,
					   directory ? path : NULL))
		return why_set(why, ERR_CONFIG,
			       "cannot read the trusted certificates %s: %s",
			       path, complaint(text));

	if (!directory)
		SSL_CTX_set_client_CA_list(context,
					   SSL_load_client_CA_file(path));
	SSL_CTX_set_verify(context,
			   SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
			   NULL);
	return ERR_OK;
}

static enum err context_certify(SSL_CTX *context, const char *certificate,
				const char *key, struct why *why)
{
	char text[160];

	if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1)
		return why_set(why, ERR_CONFIG,
			       "cannot read a certificate in %s: %s",
			       certificate, complaint(text));

	if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(context) != 1)
		return why_set(why, ERR_CONFIG,
			       "%s has no private key for %s: %s", key,
			       certificate, complaint(text));
	return ERR_OK;
}

static SSL_CTX *context_new(struct tls_server *server)
{
	static const unsigned char about[] = "daymark";
	SSL_CTX *context = x_or_die(SSL_CTX_new(TLS_server_method()));

	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION |
					     SSL_OP_NO_COMPRESSION |
					     SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS |
					  SSL_MODE_ENABLE_PARTIAL_WRITE |
					  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_session_id_context(context, about, sizeof(about) - 1);
	SSL_CTX_set_tlsext_servername_callback(context, name_chosen);
	SSL_CTX_set_tlsext_servername_arg(context, server);
	return context;
}

static enum err store_add(struct store *store, struct tls_server *server,
			  size_t i, struct why *why)
{
	char certificate[TLS_NAME_SIZE], key[TLS_NAME_SIZE];
	SSL_CTX *context = context_new(server);
	enum err err;

	list_word(certificate, sizeof(certificate), server->certificate, i);
	list_word(key, sizeof(key), server->key, i);
	store->contexts[store->count++] = context;

	err = context_certify(context, certificate, *key ? key : certificate,
			      why);
	return err ? err : context_trust(context, server->client_trust, why);
}

static enum err store_load(struct store *store, struct tls_server *server,
			   struct why *why)
{
	char word[TLS_NAME_SIZE];

	*store = (struct store){ .count = 0 };
	for (size_t i = 0; i < TLS_CERTIFICATES_MAX; i++) {
		enum err err = ERR_OK;

		list_word(word, sizeof(word), server->certificate, i);
		if (*word)
			err = store_add(store, server, i, why);
		if (err) {
			store_free(store);
			return err;
		}
	}

	if (!store->count)
		return why_set(why, ERR_CONFIG,
			       "TLS needs a certificate, and none is named");
	return ERR_OK;
}

enum err tls_server_new(struct tls_server **serverp,
			const struct tls_server_files *files, struct why *why)
{
	struct tls_server *server = x_new(struct tls_server);
	enum err err;

	signal(SIGPIPE, SIG_IGN);
	server->certificate =
		x_strdup(files->certificate ? files->certificate : "");
	server->key = x_strdup(files->key ? files->key : "");
	server->client_trust =
		x_strdup(files->client_trust ? files->client_trust : "");

	stamps_take(server, server->stamps);
	err = store_load(&server->store, server, why);
	if (err)
		tls_server_free(&server);
	*serverp = server;
	return err;
}

void tls_server_free(struct tls_server **serverp)
{
	struct tls_server *server = *serverp;

	if (!server)
		return;

	store_free(&server->store);
	free(server->certificate);
	free(server->key);
	free(server->client_trust);
	free(server);
	*serverp = NULL;
}

enum err tls_server_refresh(struct tls_server *server, bool *changedp,
			    struct why *why)
{
	struct stamp stamps[STAMPS_MAX];
	struct store store;
	bool same = true;
	enum err err;

	*changedp = false;
	stamps_take(server, stamps);
	for (size_t i = 0; i < STAMPS_MAX; i++)
		same = same && stamp_equal(&stamps[i], &server->stamps[i]);
	if (same)
		return ERR_OK;

	memcpy(server->stamps, stamps, sizeof(stamps));
	err = store_load(&store, server, why);
	if (err)
		return err;

	store_free(&server->store);
	server->store = store;
	*changedp = true;
	return ERR_OK;
}

struct tls_conn *tls_conn_new(struct tls_server *server, int fd)
{
	struct tls_conn *conn = x_new(struct tls_conn);

	conn->ssl = x_or_die(SSL_new(server->store.contexts[0]));
	SSL_set_fd(conn->ssl, fd);
	SSL_set_accept_state(conn->ssl);
	return conn;
}

void tls_conn_free(struct tls_conn **connp)
{
	if (!*connp)
		return;

	SSL_free((*connp)->ssl);
	free(*connp);
	*connp = NULL;
}

static enum tls_step step_of(const struct tls_conn *conn, int result)
{
	switch (SSL_get_error(conn->ssl, result)) {
	case SSL_ERROR_NONE:
		return TLS_STEP_DONE;
	case SSL_ERROR_WANT_READ:
		return TLS_STEP_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_STEP_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return TLS_STEP_CLOSED;
	default:
		return TLS_STEP_FAILED;
	}
}

enum tls_step tls_conn_handshake(struct tls_conn *conn, struct why *why)
{
	enum tls_step step;
	char text[160];

	ERR_clear_error();
	step = step_of(conn, SSL_do_handshake(conn->ssl));
	if (step == TLS_STEP_FAILED || step == TLS_STEP_CLOSED) {
		why_set(why, ERR_TLS, "handshake failed: %s", complaint(text));
		return TLS_STEP_FAILED;
	}
	return step;
}

enum tls_step tls_conn_read(struct tls_conn *conn, void *data, size_t size,
			    size_t *lenp)
{
	ERR_clear_error();
	*lenp = 0;
	return step_of(conn, SSL_read_ex(conn->ssl, data, size, lenp));
}

enum tls_step tls_conn_write(struct tls_conn *conn, const void *data,
			     size_t size, size_t *lenp)
{
	ERR_clear_error();
	*lenp = 0;
	return step_of(conn, SSL_write_ex(conn->ssl, data, size, lenp));
}

void tls_conn_bye(struct tls_conn *conn)
{
	ERR_clear_error();
	SSL_shutdown(conn->ssl);
	ERR_clear_error();
}

static bool dns_name(const X509 *leaf, char name[TLS_NAME_SIZE])
{
	GENERAL_NAMES *names =
		X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);
	bool found = false;

	for (int i = 0; !found && i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *entry = sk_GENERAL_NAME_value(names, i);
		const ASN1_IA5STRING *dns = entry->d.dNSName;

		if (entry->type != GEN_DNS)
			continue;
		snprintf(name, TLS_NAME_SIZE, "%.*s", ASN1_STRING_length(dns),
			 (const char *)ASN1_STRING_get0_data(dns));
		found = true;
	}
	GENERAL_NAMES_free(names);
	return found;
}

void tls_conn_peer(struct tls_conn *conn, char name[TLS_NAME_SIZE])
{
	X509 *leaf = SSL_get1_peer_certificate(conn->ssl);

	name[0] = '\0';
	if (!leaf)
		return;

	if (!dns_name(leaf, name))
		X509_NAME_get_text_by_NID(X509_get_subject_name(leaf),
					  NID_commonName, name, TLS_NAME_SIZE);
	X509_free(leaf);
}
