/*
 * SOCKS version 5 (RFC 1928) with user name and password (RFC 1929), as bytes in and bytes out.
 * The proxy looks the name up: nothing of it is asked of a resolver here.
 */
#ifndef HC_SOCKS5_H
#define HC_SOCKS5_H

#include "../base/cursor.h"
#include "../base/error.h"

#define HC_SOCKS5_TEXT_MAX 255 /* host, user name, password: one length byte each */

/* Zeroed by hc_socks5_start; its owner wipes it, for it may hold the password. */
typedef struct hc_socks5 {
    int state;
    hc_cursor host;               /* borrowed, as are the next two */
    const char *user;
    const char *password;
    const httpsc_address *address;
    int port;
    unsigned char out[3 + 2 * HC_SOCKS5_TEXT_MAX]; /* the message to be sent */
    size_t out_at;
    size_t out_len;
    unsigned char in[4 + 1 + HC_SOCKS5_TEXT_MAX + 2]; /* the reply, as far as it came */
    size_t in_len;
    size_t in_want;               /* bytes that this reply has, as far as that is known */
} hc_socks5;

/*
 * Puts the greeting into the output. host is a name, or the text of an address, which goes as
 * such when address is not NULL and its len not 0. user is NULL for no credentials. HTTPSC_OK, or
 * ERR_ARGUMENT when a text is empty or longer than 255 bytes.
 */
HC_FN int hc_socks5_start(hc_socks5 *socks, const char *host, const httpsc_address *address,
                          int port, const char *user, const char *password, httpsc_error *error);

/* Bytes for the proxy, and that len of them were sent. */
HC_FN hc_cursor hc_socks5_output(const hc_socks5 *socks);
HC_FN void hc_socks5_sent(hc_socks5 *socks, size_t len);

/* Takes bytes of [*bytes] up to the next message to be sent, or the end. HTTPSC_OK when the
 * connection stands: what is left belongs to the server. HTTPSC_WANT for more to be sent or to be
 * received. Else ERR_PROXY_CREDENTIALS, ERR_PROXY_REFUSED, ERR_PROXY_RESPONSE. `proxy` is for the
 * error's text. */
HC_FN int hc_socks5_read(hc_socks5 *socks, hc_cursor *bytes, const char *proxy,
                         httpsc_error *error);

#endif
