/* Whether a certificate is for a host (RFC 9525), and whether its names are within what its issuers
 * may name (RFC 5280, 4.2.1.10). */
#ifndef HC_NAMES_H
#define HC_NAMES_H

#include "../base/text.h"
#include "../syntax/url.h"
#include "decode.h"

/*
 * 1 when the subjectAltName holds the host: a dNSName for a name, ASCII case ignored, with "*" only
 * as the whole left-most label, for exactly one label, and with two labels or more behind it that
 * are not like "co.uk"; an iPAddress of the same octets for an address. The commonName is never
 * looked at.
 */
HC_FN int hc_names_match(const hc_cert *cert, const hc_host *host);

/* 1 when the pattern of a dNSName matches a name in lower case without trailing dot. */
HC_FN int hc_names_dns_match(hc_cursor pattern, hc_cursor name);

typedef enum hc_constraint_result {
    HC_CONSTRAINT_MET = 1,
    HC_CONSTRAINT_VIOLATED,
    HC_CONSTRAINT_TOO_COMPLEX /* the compares were used up */
} hc_constraint_result;

/*
 * Checks every name of a certificate against the nameConstraints of an issuer above it: those of
 * subjectAltName, the subject, and the e-mail addresses in the subject. A name that is malformed,
 * or of a form that is not carried, violates any constraint on names of its form; so does a
 * wildcard that covers one name outside, and what may be an excluded name or not. Each name held
 * against each subtree is one compare, taken from *compares_left. *violating is the name, with its
 * tag and content.
 */
HC_FN hc_constraint_result hc_names_check(const hc_cert *issuer, const hc_cert *cert,
                                          size_t *compares_left, hc_der *violating);

/* The value of the last commonName in a Name; nothing where there is none. Not for any decision
 * about who somebody is. */
HC_FN hc_cursor hc_names_common_name(hc_cursor name);

/* Appends a Name by what people call it: its commonName, or else its last attribute, escaped. */
HC_FN void hc_names_describe_name(hc_cursor name, hc_text *text);

/* Appends a GeneralName of a tag and a content, escaped. */
HC_FN void hc_names_describe_general(uint8_t tag, hc_cursor content, hc_text *text);

/* Appends up to five names of a certificate that a host may match, escaped: "a.example, *.b.example
 * and 3 more", or "no name". */
HC_FN void hc_names_describe(const hc_cert *cert, hc_text *text);

#endif
