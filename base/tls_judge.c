/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * OpenSSL has one code for several outcomes (20 and 21 for what is missing,
 * not trusted or stale; 62 for both kinds of names; 7 for stale and for
 * damaged): those are told apart by the certificates themselves.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/tls_chain.h"

enum { TRUST_MAX = 5000 };

struct tls_trust {
	X509_STORE *store;
	STACK_OF(X509) * certs; /* empty for the system's directory */
	int level;              /* what the policy here asks of algorithms */
};

struct judging {
	STACK_OF(X509) * sent;
	const struct tls_trust *trust;
	const char *host;
	struct tls_judgement *out;
};

/* What the machine's policy asks for, as libcurl gets it. */
static int policy_level(void)
{
	SSL_CTX *context = x_or_die(SSL_CTX_new(TLS_client_method()));
	int level = SSL_CTX_get_security_level(context);

	SSL_CTX_free(context);
	return level;
}

static void trust_add_file(struct tls_trust *trust, const char *path)
{
	BIO *bio;
	X509 *x509;
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return;

	bio = BIO_new_file(path, "r");
	while (bio && sk_X509_num(trust->certs) < TRUST_MAX &&
	       (x509 = PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL))) {
		X509_STORE_add_cert(trust->store, x509);
		sk_X509_push(trust->certs, x509);
	}
	BIO_free(bio);
	ERR_clear_error();
}

static void trust_add_directory(struct tls_trust *trust, DIR *dir,
				const char *place)
{
	const struct dirent *entry;
	char path[1024];

	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", place, entry->d_name);
		if (entry->d_name[0] != '.')
			trust_add_file(trust, path);
	}
	closedir(dir);
}

enum err tls_trust_new(struct tls_trust **trustp, const char *place,
		       struct why *why)
{
	struct tls_trust *trust = x_new(struct tls_trust);
	bool system = !place || !*place;
	DIR *dir = system ? NULL : opendir(place);

	*trustp = trust;
	trust->store = x_or_die(X509_STORE_new());
	trust->certs = x_or_die(sk_X509_new_null());
	trust->level = policy_level();
	if (dir)
		trust_add_directory(trust, dir, place);
	else if (!system)
		trust_add_file(trust, place);
	else if (X509_STORE_set_default_paths(trust->store))
		trust_add_file(trust, X509_get_default_cert_file());
	ERR_clear_error();

	if (system || dir || sk_X509_num(trust->certs))
		return ERR_OK;
	tls_trust_free(trustp);
	return why_set(why, ERR_CONFIG, "%s: no certificate in it", place);
}

void tls_trust_free(struct tls_trust **trustp)
{
	struct tls_trust *trust = *trustp;

	if (!trust)
		return;

	X509_STORE_free(trust->store);
	sk_X509_pop_free(trust->certs, X509_free);
	free(trust);
	*trustp = NULL;
}

static bool same_key(X509 *a, X509 *b)
{
	EVP_PKEY *key = X509_get0_pubkey(a), *other = X509_get0_pubkey(b);

	return key && other && EVP_PKEY_eq(key, other) == 1;
}

static bool signed_by(X509 *x509, X509 *issuer)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);
	bool good = key && X509_verify(x509, key) == 1;

	ERR_clear_error();
	return good;
}

/* The certificate says by key identifiers that this is its issuer. */
static bool ids_agree(X509 *x509, X509 *issuer)
{
	const ASN1_OCTET_STRING *wanted = X509_get0_authority_key_id(x509);
	const ASN1_OCTET_STRING *has = X509_get0_subject_key_id(issuer);

	return wanted && has && !ASN1_OCTET_STRING_cmp(wanted, has);
}

/*
 * An installed certificate that the server's should go with and does not: the
 * same subject with another key, or the named issuer that did not sign it.
 */
static X509 *stale_copy(const struct judging *judging, X509 *sent)
{
	STACK_OF(X509) *installed = judging->trust->certs;

	for (int i = 0; i < sk_X509_num(installed); i++) {
		X509 *x509 = sk_X509_value(installed, i);
		X509_NAME *subject = X509_get_subject_name(x509);

		if (!X509_NAME_cmp(subject, X509_get_subject_name(sent)) &&
		    !same_key(x509, sent))
			return x509;
		if (!X509_NAME_cmp(subject, X509_get_issuer_name(sent)) &&
		    !ids_agree(sent, x509) && !signed_by(sent, x509))
			return x509;
	}
	return NULL;
}

static X509 *any_stale(const struct judging *judging)
{
	X509 *stale = NULL;

	for (int i = 0; !stale && i < sk_X509_num(judging->sent); i++)
		stale = stale_copy(judging, sk_X509_value(judging->sent, i));
	return stale;
}

static void name_of(X509_NAME *name, char *out, size_t size)
{
	X509_NAME_oneline(name, out, (int)size);
}

static void say_stale(const struct judging *judging, X509 *stale)
{
	char name[200];

	name_of(X509_get_subject_name(stale), name, sizeof(name));
	judging->out->verdict = TLS_VERDICT_STALE;
	snprintf(judging->out->detail, sizeof(judging->out->detail),
		 "the installed copy of %s is not what the server uses now",
		 name);
}

/* Whether what the server sent leads on from this certificate. */
static bool issuer_sent(const struct judging *judging, X509 *x509)
{
	for (int i = 0; i < sk_X509_num(judging->sent); i++)
		if (X509_check_issued(sk_X509_value(judging->sent, i), x509) ==
		    X509_V_OK)
			return true;
	return false;
}

static void judge_path(const struct judging *judging, X509 *at)
{
	X509 *stale = any_stale(judging);
	X509 *leaf = sk_X509_value(judging->sent, 0);
	char name[200];

	if (stale) {
		say_stale(judging, stale);
		return;
	}

	judging->out->verdict = issuer_sent(judging, leaf)
					? TLS_VERDICT_UNTRUSTED
					: TLS_VERDICT_MISSING;
	name_of(X509_get_issuer_name(at ? at : leaf), name, sizeof(name));
	snprintf(judging->out->detail, sizeof(judging->out->detail), "%s: %s",
		 judging->out->verdict == TLS_VERDICT_MISSING
			 ? "not sent and not installed"
			 : "not installed",
		 name);
}

static void judge_signature(const struct judging *judging, X509 *at)
{
	X509 *stale = any_stale(judging);
	char name[200];

	if (stale) {
		say_stale(judging, stale);
		return;
	}
	judging->out->verdict = TLS_VERDICT_BAD_SIGNATURE;
	name_of(X509_get_subject_name(at), name, sizeof(name));
	snprintf(judging->out->detail, sizeof(judging->out->detail),
		 "the signature of %s is wrong", name);
}

/* What OpenSSL's codes mean, as far as they mean one thing. */
static const struct {
	int code;
	enum tls_verdict verdict;
} codes[] = {
	{ X509_V_ERR_CERT_HAS_EXPIRED, TLS_VERDICT_EXPIRED },
	{ X509_V_ERR_CERT_NOT_YET_VALID, TLS_VERDICT_NOT_YET_VALID },
	{ X509_V_ERR_CERT_REVOKED, TLS_VERDICT_REVOKED },
	{ X509_V_ERR_EE_KEY_TOO_SMALL, TLS_VERDICT_UNSUPPORTED },
	{ X509_V_ERR_CA_KEY_TOO_SMALL, TLS_VERDICT_UNSUPPORTED },
	{ X509_V_ERR_CA_MD_TOO_WEAK, TLS_VERDICT_UNSUPPORTED },
	{ X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH, TLS_VERDICT_UNSUPPORTED },
	{ X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY,
	  TLS_VERDICT_UNSUPPORTED },
};

static void judge_code(const struct judging *judging, X509_STORE_CTX *context)
{
	struct tls_judgement *out = judging->out;
	X509 *at = X509_STORE_CTX_get_current_cert(context);

	snprintf(out->detail, sizeof(out->detail), "%s",
		 X509_verify_cert_error_string(out->code));
	out->verdict = TLS_VERDICT_UNCLASSIFIED;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].code == out->code)
			out->verdict = codes[i].verdict;

	switch (out->code) {
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		judge_path(judging, at);
		break;
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
		judge_signature(judging, at);
		break;
	default:
		break;
	}
}

static bool host_fits(X509 *leaf, const char *host)
{
	struct in6_addr address;
	bool is_address = inet_pton(AF_INET, host, &address) == 1 ||
			  inet_pton(AF_INET6, host, &address) == 1;

	return is_address ? X509_check_ip_asc(leaf, host, 0) == 1
			  : X509_check_host(leaf, host, strlen(host), 0,
					    NULL) == 1;
}

static void judge_host(const struct judging *judging,
		       const struct tls_cert *leaf)
{
	struct tls_judgement *out = judging->out;

	if (host_fits(sk_X509_value(judging->sent, 0), judging->host)) {
		out->verdict = TLS_VERDICT_VERIFIED;
		snprintf(out->detail, sizeof(out->detail),
			 "%zu certificate%s, for %.200s", out->verified,
			 out->verified == 1 ? "" : "s",
			 leaf->names[0] ? leaf->names : leaf->common_name);
		return;
	}
	out->code = X509_V_ERR_HOSTNAME_MISMATCH;
	out->verdict = leaf->names[0] ? TLS_VERDICT_SAN_MISMATCH
				      : TLS_VERDICT_CN_MISMATCH;
	snprintf(out->detail, sizeof(out->detail),
		 "host is %.120s, the certificate is for %.220s", judging->host,
		 leaf->names[0] ? leaf->names : leaf->common_name);
}

/* As libcurl has it: whatever is installed is an anchor. */
static X509_STORE_CTX *context_new(const struct judging *judging, time_t now)
{
	X509_STORE_CTX *context = x_or_die(X509_STORE_CTX_new());
	X509_VERIFY_PARAM *param;

	X509_STORE_CTX_init(context, judging->trust->store,
			    sk_X509_value(judging->sent, 0), judging->sent);
	X509_STORE_CTX_set_default(context, "ssl_server");
	param = X509_STORE_CTX_get0_param(context);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN |
						   X509_V_FLAG_TRUSTED_FIRST);
	X509_VERIFY_PARAM_set_time(param, now);
	X509_VERIFY_PARAM_set_auth_level(param, judging->trust->level);
	return context;
}

void tls_judge(const struct tls_chain *chain, const char *host,
	       const struct tls_trust *trust, time_t now,
	       struct tls_judgement *judgement)
{
	struct judging judging = { tls_chain_stack(chain), trust, host,
				   judgement };
	X509_STORE_CTX *context;
	struct tls_cert leaf;

	memset(judgement, 0, sizeof(*judgement));
	if (!tls_chain_count(chain)) {
		judgement->verdict = TLS_VERDICT_UNCLASSIFIED;
		snprintf(judgement->detail, sizeof(judgement->detail),
			 "the server sent no certificate");
		return;
	}

	tls_chain_cert(chain, 0, &leaf);
	context = context_new(&judging, now);
	if (X509_verify_cert(context) == 1) {
		judgement->anchored = true;
		judgement->verified =
			(size_t)sk_X509_num(X509_STORE_CTX_get0_chain(context));
		judge_host(&judging, &leaf);
	} else {
		judgement->code = X509_STORE_CTX_get_error(context);
		judgement->depth = X509_STORE_CTX_get_error_depth(context);
		judge_code(&judging, context);
	}
	X509_STORE_CTX_free(context);
	ERR_clear_error();
}
