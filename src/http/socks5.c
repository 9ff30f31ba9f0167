#include "socks5.h"

#define SOCKS5_VERSION 5
#define SOCKS5_AUTH_VERSION 1
#define SOCKS5_NO_AUTH 0
#define SOCKS5_PASSWORD 2
#define SOCKS5_NO_METHOD 0xFF
#define SOCKS5_CONNECT 1
#define SOCKS5_IPV4 1
#define SOCKS5_NAME 3
#define SOCKS5_IPV6 4

/* What is waited for. */
enum { SOCKS5_METHOD = 1, SOCKS5_AUTH, SOCKS5_REPLY, SOCKS5_OPEN };

static void socks5_put(hc_socks5 *socks, const void *bytes, size_t len)
{
    memcpy(socks->out + socks->out_len, bytes, len);
    socks->out_len += len;
}

static void socks5_put_u8(hc_socks5 *socks, size_t value)
{
    socks->out[socks->out_len++] = (unsigned char)value;
}

/* The next message begins, and a reply of so many bytes is waited for behind it. */
static void socks5_begin(hc_socks5 *socks, int state, size_t in_want)
{
    socks->state = state;
    socks->out_at = 0;
    socks->out_len = 0;
    socks->in_len = 0;
    socks->in_want = in_want;
}

static int socks5_fits(const char *text)
{
    size_t len = strlen(text);

    return len >= 1 && len <= HC_SOCKS5_TEXT_MAX;
}

HC_FN int hc_socks5_start(hc_socks5 *socks, const char *host, const httpsc_address *address,
                          int port, const char *user, const char *password, httpsc_error *error)
{
    memset(socks, 0, sizeof *socks);
    if (!socks5_fits(host) ||
        (user != NULL && (!socks5_fits(user) || !socks5_fits(password)))) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                       "for SOCKS5, a host, a user name and a password have 1 to 255 bytes");
    }
    socks->host = hc_cursor_over(host, strlen(host));
    socks->address = address;
    socks->port = port;
    socks->user = user;
    socks->password = password;
    socks5_begin(socks, SOCKS5_METHOD, 2);
    socks5_put_u8(socks, SOCKS5_VERSION);
    socks5_put_u8(socks, user != NULL ? 2 : 1);
    socks5_put_u8(socks, SOCKS5_NO_AUTH);
    if (user != NULL) {
        socks5_put_u8(socks, SOCKS5_PASSWORD);
    }
    return HTTPSC_OK;
}

/* RFC 1929, 2. */
static void socks5_put_password(hc_socks5 *socks)
{
    socks5_begin(socks, SOCKS5_AUTH, 2);
    socks5_put_u8(socks, SOCKS5_AUTH_VERSION);
    socks5_put_u8(socks, strlen(socks->user));
    socks5_put(socks, socks->user, strlen(socks->user));
    socks5_put_u8(socks, strlen(socks->password));
    socks5_put(socks, socks->password, strlen(socks->password));
}

/* RFC 1928, 4. The reply (6) has at least these bytes; the fifth may tell of more. */
static void socks5_put_request(hc_socks5 *socks)
{
    socks5_begin(socks, SOCKS5_REPLY, 4 + 1);
    socks5_put_u8(socks, SOCKS5_VERSION);
    socks5_put_u8(socks, SOCKS5_CONNECT);
    socks5_put_u8(socks, 0);
    if (socks->address != NULL && socks->address->len > 0) {
        socks5_put_u8(socks, socks->address->len == 4 ? SOCKS5_IPV4 : SOCKS5_IPV6);
        socks5_put(socks, socks->address->bytes, socks->address->len);
    } else {
        socks5_put_u8(socks, SOCKS5_NAME);
        socks5_put_u8(socks, hc_cursor_left(&socks->host));
        socks5_put(socks, socks->host.at, hc_cursor_left(&socks->host));
    }
    socks5_put_u8(socks, (size_t)socks->port >> 8);
    socks5_put_u8(socks, (size_t)socks->port & 0xFF);
}

static int socks5_malformed(const char *proxy, httpsc_error *error)
{
    return hc_fail(error, HTTPSC_ERR_PROXY_RESPONSE, 0, "%s does not speak SOCKS5", proxy);
}

static int socks5_take_method(hc_socks5 *socks, const char *proxy, httpsc_error *error)
{
    if (socks->in[0] != SOCKS5_VERSION) {
        return socks5_malformed(proxy, error);
    }
    if (socks->in[1] == SOCKS5_NO_AUTH) {
        socks5_put_request(socks);
    } else if (socks->in[1] == SOCKS5_PASSWORD && socks->user != NULL) {
        socks5_put_password(socks);
    } else if (socks->in[1] == SOCKS5_NO_METHOD) {
        return hc_fail(error, HTTPSC_ERR_PROXY_CREDENTIALS, 0,
                       socks->user == NULL ? "%s wants some, and none were given"
                                           : "%s takes neither none nor a password",
                       proxy);
    } else {
        return hc_fail(error, HTTPSC_ERR_PROXY_RESPONSE, 0, "%s chose a method not offered", proxy);
    }
    return HTTPSC_WANT;
}

static int socks5_take_auth(hc_socks5 *socks, const char *proxy, httpsc_error *error)
{
    if (socks->in[0] != SOCKS5_AUTH_VERSION) {
        return socks5_malformed(proxy, error);
    }
    if (socks->in[1] != 0) {
        return hc_fail(error, HTTPSC_ERR_PROXY_CREDENTIALS, 0,
                       "%s refused user name and password", proxy);
    }
    socks5_put_request(socks);
    return HTTPSC_WANT;
}

/* RFC 1928, 6. */
static int socks5_refused(const hc_socks5 *socks, const char *proxy, httpsc_error *error)
{
    static const char *const reasons[] = {
        "general failure",       "not allowed by its rules", "network unreachable",
        "host unreachable",      "connection refused",       "the time to live expired",
        "command not supported", "kind of address not supported"};
    size_t code = socks->in[1];

    return hc_fail(error, HTTPSC_ERR_PROXY_REFUSED, (int)code, "%s says of %q port %d: %s", proxy,
                   socks->host.at, hc_cursor_left(&socks->host), socks->port,
                   code <= HC_ARRAY_LEN(reasons) ? reasons[code - 1] : "unknown failure");
}

/* The first five bytes say how many there are; the address bound is of no use. */
static int socks5_take_reply(hc_socks5 *socks, const char *proxy, httpsc_error *error)
{
    size_t address_len;

    if (socks->in[0] != SOCKS5_VERSION || socks->in[2] != 0) {
        return socks5_malformed(proxy, error);
    }
    if (socks->in[1] != 0) {
        return socks5_refused(socks, proxy, error);
    }
    switch (socks->in[3]) {
    case SOCKS5_IPV4:
        address_len = 4;
        break;
    case SOCKS5_IPV6:
        address_len = 16;
        break;
    case SOCKS5_NAME:
        address_len = 1 + (size_t)socks->in[4];
        break;
    default:
        return socks5_malformed(proxy, error);
    }
    if (socks->in_want < 4 + address_len + 2) {
        socks->in_want = 4 + address_len + 2;
        return HTTPSC_WANT;
    }
    socks->state = SOCKS5_OPEN;
    return HTTPSC_OK;
}

HC_FN hc_cursor hc_socks5_output(const hc_socks5 *socks)
{
    return hc_cursor_over(socks->out + socks->out_at, socks->out_len - socks->out_at);
}

HC_FN void hc_socks5_sent(hc_socks5 *socks, size_t len)
{
    socks->out_at += len;
}

HC_FN int hc_socks5_read(hc_socks5 *socks, hc_cursor *bytes, const char *proxy,
                         httpsc_error *error)
{
    while (socks->state != SOCKS5_OPEN) {
        hc_cursor piece = hc_take_bytes(
            bytes, hc_min(hc_cursor_left(bytes), socks->in_want - socks->in_len));
        size_t len = hc_cursor_left(&piece);
        int code;

        if (len > 0 && socks->out_at < socks->out_len) { /* an answer to what was not said yet */
            return socks5_malformed(proxy, error);
        }
        memcpy(socks->in + socks->in_len, piece.at, len);
        socks->in_len += len;
        if (socks->in_len < socks->in_want) {
            return HTTPSC_WANT;
        }
        switch (socks->state) {
        case SOCKS5_METHOD:
            code = socks5_take_method(socks, proxy, error);
            break;
        case SOCKS5_AUTH:
            code = socks5_take_auth(socks, proxy, error);
            break;
        default:
            code = socks5_take_reply(socks, proxy, error);
            break;
        }
        if (code != HTTPSC_WANT) {
            return code;
        }
    }
    return HTTPSC_OK;
}
