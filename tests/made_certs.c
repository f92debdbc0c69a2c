/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "tests/made_certs.h"

enum {
	HOW_CA = 1,
	HOW_NO_IDS = 2, /* without key identifiers */
	HOW_BROKEN = 4, /* changed after it was signed */
	HOW_SHA1 = 8,
	HOW_SMALL = 16, /* RSA with 1024 bits */
	HOW_CLIENT = 32 /* not for servers */
};

static const struct {
	const char *subject;
	enum made issuer;
	const char *san;
	int from_d, until_d;
	unsigned how;
} rows[] = {
#define MADE(name, subject, issuer, san, from_d, until_d, how) \
	{ subject, MADE_##issuer, san, from_d, until_d, how },
#include "tests/made_certs.def"
};

static X509 *certs[MADE_COUNT];
static EVP_PKEY *keys[MADE_COUNT];
static const char *issuers_at;

static void add(X509 *x509, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	ck_assert_ptr_nonnull(extension);
	X509_add_ext(x509, extension, -1);
	X509_EXTENSION_free(extension);
}

static void add_extensions(X509 *x509, X509 *issuer, enum made made)
{
	unsigned how = rows[made].how;

	add(x509, issuer, NID_basic_constraints,
	    how & HOW_CA ? "critical,CA:TRUE" : "CA:FALSE");
	if (!(how & HOW_NO_IDS)) {
		add(x509, issuer, NID_subject_key_identifier, "hash");
		add(x509, issuer, NID_authority_key_identifier, "keyid");
	}
	if (how & HOW_CLIENT)
		add(x509, issuer, NID_ext_key_usage, "clientAuth");
	if (rows[made].san[0])
		add(x509, issuer, NID_subject_alt_name, rows[made].san);
	add(x509, issuer, NID_info_access, issuers_at);
}

/* The last byte of the signature, which stands at the end, is another. */
static X509 *broken(X509 *x509)
{
	unsigned char *der = NULL;
	int len = i2d_X509(x509, &der);
	const unsigned char *place = der;

	der[len - 1] ^= 1;
	X509_free(x509);
	x509 = d2i_X509(NULL, &place, len);
	ck_assert_ptr_nonnull(x509);
	OPENSSL_free(der);
	return x509;
}

static X509 *make(enum made made)
{
	X509 *x509 = x_or_die(X509_new());
	enum made by = rows[made].issuer;
	X509 *issuer = by == made ? x509 : certs[by];
	time_t now = clock_now();

	X509_set_version(x509, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), 100 + (long)made);
	X509_time_adj_ex(X509_getm_notBefore(x509), rows[made].from_d, 0, &now);
	X509_time_adj_ex(X509_getm_notAfter(x509), rows[made].until_d, 0, &now);
	X509_set_pubkey(x509, keys[made]);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN",
				   MBSTRING_ASC,
				   (const unsigned char *)rows[made].subject,
				   -1, -1, 0);
	X509_set_issuer_name(x509, X509_get_subject_name(issuer));
	add_extensions(x509, issuer, made);
	ck_assert_int_gt(X509_sign(x509, keys[by],
				   rows[made].how & HOW_SHA1 ? EVP_sha1()
							     : EVP_sha256()),
			 0);
	return rows[made].how & HOW_BROKEN ? broken(x509) : x509;
}

void made_certs_make(void)
{
	made_certs_make_at("caIssuers;URI:http://127.0.0.1:1/ca.der");
}

void made_certs_make_at(const char *places)
{
	issuers_at = places;
	for (int i = 0; i < MADE_COUNT; i++) {
		keys[i] = rows[i].how & HOW_SMALL ? EVP_RSA_gen(1024)
						  : EVP_EC_gen("P-256");
		ck_assert_ptr_nonnull(keys[i]);
		certs[i] = make((enum made)i);
	}
}

void made_certs_free(void)
{
	for (int i = 0; i < MADE_COUNT; i++) {
		X509_free(certs[i]);
		EVP_PKEY_free(keys[i]);
	}
}

X509 *made_cert(enum made made)
{
	return certs[made];
}

EVP_PKEY *made_key(enum made made)
{
	return keys[made];
}

struct tls_chain *made_chain(const enum made *list)
{
	struct tls_chain *chain = tls_chain_new();

	for (; *list != MADE_COUNT; list++) {
		unsigned char *der = NULL;
		int len = i2d_X509(certs[*list], &der);

		ck_assert_uint_eq(tls_chain_add(chain, der, (size_t)len), 1);
		OPENSSL_free(der);
	}
	return chain;
}

void made_file(const enum made *list, const char *path)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	for (; *list != MADE_COUNT; list++)
		PEM_write_X509(file, certs[*list]);
	fclose(file);
}
