/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/crypto.h"
#include "base/tls_chain.h"

struct tls_chain {
	STACK_OF(X509) * certs;
};

static const struct tls_verdict_row verdicts[] = {
#define TLS_VERDICT(name, id, wording, remedy) { id, wording, remedy },
#include "base/tls_verdict.def"
};

const struct tls_verdict_row *tls_verdict_row(enum tls_verdict verdict)
{
	return &verdicts[verdict];
}

/* What a memory BIO holds, cut to size. */
static void bio_text(BIO *bio, char *out, size_t size)
{
	int len = BIO_read(bio, out, (int)size - 1);

	out[len > 0 ? len : 0] = '\0';
	BIO_free(bio);
}

static void name_text(X509_NAME *name, char *out, size_t size)
{
	BIO *bio = x_or_die(BIO_new(BIO_s_mem()));

	X509_NAME_print_ex(bio, name, 0,
			   XN_FLAG_RFC2253 &
				   ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
	bio_text(bio, out, size);
}

static time_t moment(const ASN1_TIME *when)
{
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	return ASN1_TIME_to_tm(when, &tm) ? timegm(&tm) : 0;
}

static void key_text(X509 *x509, char *out, size_t size)
{
	EVP_PKEY *key = X509_get0_pubkey(x509);

	if (key)
		snprintf(out, size, "%s %d", OBJ_nid2sn(EVP_PKEY_base_id(key)),
			 EVP_PKEY_bits(key));
	else
		snprintf(out, size, "unreadable");
}

/* Names hold what the issuer liked: odd characters do not get through. */
static void add_name(char *out, const char *name, int len)
{
	size_t used = strlen(out);

	snprintf(out + used, TLS_NAMES_SIZE - used, "%s%.*s", used ? ", " : "",
		 len, name);
	for (char *c = out + used; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = '?';
}

static void add_address(char *out, const ASN1_OCTET_STRING *address)
{
	int len = ASN1_STRING_length(address);
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(len == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(address),
		  text, sizeof(text));
	if (len == 4 || len == 16)
		add_name(out, text, (int)strlen(text));
}

static void names_text(X509 *x509, char *out)
{
	GENERAL_NAMES *names =
		X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);

	out[0] = '\0';
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

		if (name->type == GEN_DNS)
			add_name(out,
				 (const char *)ASN1_STRING_get0_data(
					 name->d.dNSName),
				 ASN1_STRING_length(name->d.dNSName));
		if (name->type == GEN_IPADD)
			add_address(out, name->d.iPAddress);
	}
	GENERAL_NAMES_free(names);
}

static bool is_http(const ASN1_STRING *uri)
{
	static const char scheme[] = "http://";
	const char *text = (const char *)ASN1_STRING_get0_data(uri);
	size_t len = (size_t)ASN1_STRING_length(uri);

	return len >= sizeof(scheme) - 1 &&
	       !strncasecmp(text, scheme, sizeof(scheme) - 1);
}

/*
 * Authority Information Access, caIssuers (RFC 5280, 4.2.2.1). Windows puts
 * ldap before http: the first http there is, or else the first of all.
 */
static void issuer_url(X509 *x509, char *out, size_t size)
{
	AUTHORITY_INFO_ACCESS *places =
		X509_get_ext_d2i(x509, NID_info_access, NULL, NULL);
	bool found = false;

	out[0] = '\0';
	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(places); i++) {
		const ACCESS_DESCRIPTION *place =
			sk_ACCESS_DESCRIPTION_value(places, i);
		const ASN1_STRING *uri;

		if (OBJ_obj2nid(place->method) != NID_ad_ca_issuers ||
		    place->location->type != GEN_URI || found)
			continue;
		uri = place->location->d.uniformResourceIdentifier;
		found = is_http(uri);
		if ((found || !out[0]) &&
		    (size_t)ASN1_STRING_length(uri) < size)
			snprintf(out, size, "%.*s", ASN1_STRING_length(uri),
				 (const char *)ASN1_STRING_get0_data(uri));
	}
	for (char *c = out; *c; c++)
		if ((unsigned char)*c <= ' ' || (unsigned char)*c > '~')
			*c = '?';
	AUTHORITY_INFO_ACCESS_free(places);
}

static void serial_text(X509 *x509, char *out, size_t size)
{
	BIO *bio = x_or_die(BIO_new(BIO_s_mem()));

	i2a_ASN1_INTEGER(bio, X509_get0_serialNumber(x509));
	bio_text(bio, out, size);
}

static void fingerprint(X509 *x509, char out[TLS_FINGERPRINT_SIZE])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	out[0] = '\0';
	if (X509_digest(x509, EVP_sha256(), digest, &len) && len == 32)
		crypto_hex(digest, len, out);
}

struct tls_chain *tls_chain_new(void)
{
	struct tls_chain *chain = x_new(struct tls_chain);

	chain->certs = x_or_die(sk_X509_new_null());
	return chain;
}

struct tls_chain *tls_chain_copy(const struct tls_chain *chain)
{
	struct tls_chain *copy = x_new(struct tls_chain);

	copy->certs = x_or_die(X509_chain_up_ref(chain->certs));
	return copy;
}

void tls_chain_free(struct tls_chain **chainp)
{
	struct tls_chain *chain = *chainp;

	if (!chain)
		return;

	sk_X509_pop_free(chain->certs, X509_free);
	free(chain);
	*chainp = NULL;
}

static size_t add_der(struct tls_chain *chain, const void *data, size_t len)
{
	const unsigned char *place = data;
	X509 *x509 = d2i_X509(NULL, &place, (long)len);

	if (x509)
		sk_X509_push(chain->certs, x509);
	return x509 != NULL;
}

/* Else OpenSSL would ask for one at the terminal. */
static int no_password(char *out, int size, int writing, void *arg)
{
	(void)out, (void)size, (void)writing, (void)arg;
	return -1;
}

size_t tls_chain_add(struct tls_chain *chain, const void *data, size_t len)
{
	size_t before = tls_chain_count(chain), now = before;
	BIO *bio;
	X509 *x509;

	if (len > INT32_MAX)
		return 0;

	bio = x_or_die(BIO_new_mem_buf(data, (int)len));
	while (now < TLS_CHAIN_MAX &&
	       (x509 = PEM_read_bio_X509(bio, NULL, no_password, NULL))) {
		sk_X509_push(chain->certs, x509);
		now++;
	}
	BIO_free(bio);
	if (now == before && now < TLS_CHAIN_MAX)
		now += add_der(chain, data, len);
	ERR_clear_error();
	return now - before;
}

void tls_chain_append(struct tls_chain *chain, const struct tls_chain *more)
{
	for (int i = 0; i < sk_X509_num(more->certs); i++) {
		X509 *x509 = sk_X509_value(more->certs, i);

		X509_up_ref(x509);
		sk_X509_push(chain->certs, x509);
	}
}

size_t tls_chain_count(const struct tls_chain *chain)
{
	return (size_t)sk_X509_num(chain->certs);
}

void tls_chain_cert(const struct tls_chain *chain, size_t i,
		    struct tls_cert *cert)
{
	X509 *x509 = sk_X509_value(chain->certs, (int)i);
	X509_NAME *subject = X509_get_subject_name(x509);

	memset(cert, 0, sizeof(*cert));
	name_text(subject, cert->subject, sizeof(cert->subject));
	name_text(X509_get_issuer_name(x509), cert->issuer,
		  sizeof(cert->issuer));
	X509_NAME_get_text_by_NID(subject, NID_commonName, cert->common_name,
				  sizeof(cert->common_name));
	serial_text(x509, cert->serial, sizeof(cert->serial));
	names_text(x509, cert->names);
	key_text(x509, cert->key, sizeof(cert->key));
	snprintf(cert->signature, sizeof(cert->signature), "%s",
		 OBJ_nid2ln(X509_get_signature_nid(x509)));
	fingerprint(x509, cert->fingerprint);
	issuer_url(x509, cert->issuer_url, sizeof(cert->issuer_url));
	cert->from = moment(X509_get0_notBefore(x509));
	cert->until = moment(X509_get0_notAfter(x509));
	cert->self_issued = !X509_NAME_cmp(X509_get_subject_name(x509),
					   X509_get_issuer_name(x509));
}

void tls_chain_pem(const struct tls_chain *chain, size_t i, struct buf *out)
{
	BIO *bio = x_or_die(BIO_new(BIO_s_mem()));
	char *text;
	long len;

	PEM_write_bio_X509(bio, sk_X509_value(chain->certs, (int)i));
	len = BIO_get_mem_data(bio, &text);
	buf_add(out, text, (size_t)len);
	BIO_free(bio);
}

time_t tls_chain_until(const struct tls_chain *chain)
{
	time_t first = 0;

	for (int i = 0; i < sk_X509_num(chain->certs); i++) {
		const X509 *x509 = sk_X509_value(chain->certs, i);
		time_t until = moment(X509_get0_notAfter(x509));

		if (!first || until < first)
			first = until;
	}
	return first;
}

void *tls_chain_stack(const struct tls_chain *chain)
{
	return chain->certs;
}
