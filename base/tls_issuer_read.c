/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>

#include "base/alloc.h"
#include "base/tls_issuers.h"

/* Else OpenSSL would ask at the terminal. */
static int no_password(char *out, int size, int writing, void *arg)
{
	(void)out, (void)size, (void)writing, (void)arg;
	return -1;
}

static PKCS7 *read_pkcs7(const void *data, size_t len)
{
	const unsigned char *place = data;
	BIO *bio = x_or_die(BIO_new_mem_buf(data, (int)len));
	PKCS7 *pkcs7 = PEM_read_bio_PKCS7(bio, NULL, no_password, NULL);

	BIO_free(bio);
	return pkcs7 ? pkcs7 : d2i_PKCS7(NULL, &place, (long)len);
}

static size_t add_carried(struct tls_chain *chain, const PKCS7 *pkcs7)
{
	STACK_OF(X509) *to = tls_chain_stack(chain), *carried = NULL;
	size_t before = tls_chain_count(chain);

	if (PKCS7_type_is_signed(pkcs7) && pkcs7->d.sign)
		carried = pkcs7->d.sign->cert;
	for (int i = 0; i < sk_X509_num(carried); i++) {
		X509 *x509 = sk_X509_value(carried, i);

		if (sk_X509_num(to) >= TLS_CHAIN_MAX)
			break;
		X509_up_ref(x509);
		sk_X509_push(to, x509);
	}
	return tls_chain_count(chain) - before;
}

size_t tls_issuer_read(struct tls_chain *chain, const void *data, size_t len)
{
	size_t count;
	PKCS7 *pkcs7;

	if (!len || len > TLS_ISSUER_BYTES_MAX)
		return 0;

	count = tls_chain_add(chain, data, len);
	pkcs7 = count ? NULL : read_pkcs7(data, len);
	if (pkcs7)
		count = add_carried(chain, pkcs7);
	PKCS7_free(pkcs7);
	ERR_clear_error();
	return count;
}
