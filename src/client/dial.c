#include "dial.h"

/* How often a resolve hook is asked again that said HTTPSC_WANT. */
#define DIAL_ASK_AGAIN_MS 5

/* RFC 8305, 5: the Connection Attempt Delay. */
#define HC_DIAL_STAGGER_US ((int64_t)250 * 1000)

/* Where all places are taken, the attempt that has had this long makes room for the next. */
#define HC_DIAL_PATIENCE_US ((int64_t)5 * 1000 * 1000)

/* Of so many addresses an error tells what became of them. */
#define DIAL_TOLD 6

/* localhost and what is below it are the loopback addresses, whatever a resolver says (RFC 6761,
 * 6.3); most local servers listen on the first. */
static int dial_is_localhost(const hc_host *host)
{
    static const char name[] = ".localhost";
    size_t len = strlen(host->text);

    return host->kind == HC_HOST_NAME &&
           (strcmp(host->text, name + 1) == 0 ||
            (len > sizeof name - 1 && strcmp(host->text + len - (sizeof name - 1), name) == 0));
}

/* IPv6 first, then turn about (RFC 8305, 4); within a family as the resolver had them. */
static void dial_interleave(hc_dial *dial)
{
    httpsc_address sorted[HC_ADDRESSES_MAX];
    size_t next[2] = {0, 0}; /* behind the last one taken of IPv6, and of IPv4 */

    for (size_t i = 0; i < dial->num_addresses; i++) {
        size_t turn = i % 2;
        size_t at = dial->num_addresses;

        for (size_t tries = 0; tries < 2 && at == dial->num_addresses; tries++) {
            turn = tries == 0 ? turn : 1 - turn; /* the other family, when one is through */
            at = next[turn];
            while (at < dial->num_addresses &&
                   (dial->addresses[at].len == 16) != (turn == 0)) {
                at++;
            }
            next[turn] = at < dial->num_addresses ? at + 1 : at;
        }
        sorted[i] = dial->addresses[at];
    }
    memcpy(dial->addresses, sorted, dial->num_addresses * sizeof sorted[0]);
}

static void dial_begin(hc_dial *dial, const httpsc_hooks *hooks)
{
    memset(dial, 0, sizeof *dial);
    dial->hooks = hooks;
    dial->state = HC_DIAL_RACE;
}

HC_FN void hc_dial_start(hc_dial *dial, const httpsc_hooks *hooks, const hc_host *host, int port,
                         const httpsc_address *addresses, size_t num_addresses)
{
    dial_begin(dial, hooks);
    dial->host = *host;
    dial->port = port;
    if (num_addresses > 0) {
        dial->num_addresses = hc_min(num_addresses, HC_ADDRESSES_MAX);
        memcpy(dial->addresses, addresses, dial->num_addresses * sizeof addresses[0]);
    } else if (host->kind != HC_HOST_NAME) {
        dial->addresses[0] = host->address;
        dial->num_addresses = 1;
    } else if (hooks->resolve == NULL && dial_is_localhost(host)) {
        dial->addresses[0].len = 4;
        dial->addresses[0].bytes[0] = 127;
        dial->addresses[0].bytes[3] = 1;
        dial->addresses[1].len = 16;
        dial->addresses[1].bytes[15] = 1;
        dial->num_addresses = 2;
    } else {
        dial->state = HC_DIAL_LOOKUP;
    }
}

HC_FN void hc_dial_start_unix(hc_dial *dial, const httpsc_hooks *hooks, const char *path)
{
    dial_begin(dial, hooks);
    dial->unix_socket = path;
}

/* ---- failing ---- */

static const char *dial_word(int code)
{
    switch (code) {
    case HTTPSC_OK:
        return "no answer";
    case HTTPSC_ERR_CONNECT_REFUSED:
        return "refused";
    case HTTPSC_ERR_CONNECT_UNREACHABLE:
        return "unreachable";
    case HTTPSC_ERR_ADDRESS_REFUSED:
        return "not allowed";
    default:
        return "failed";
    }
}

/* A resolve hook may give what is no address: it fails, and is told as one. */
static void dial_describe(const httpsc_address *address, hc_text *text)
{
    if (address->len == 4 || address->len == 16) {
        hc_address_describe(address, text);
    } else {
        hc_text_add(text, "no address");
    }
}

/* "192.0.2.1 refused, 2001:db8::1 unreachable": what became of each address. */
static void dial_tell_each(const hc_dial *dial, hc_text *text)
{
    for (size_t i = 0; i < dial->num_tried && i < DIAL_TOLD; i++) {
        hc_text_add(text, i == 0 ? "" : ", ");
        dial_describe(&dial->addresses[i], text);
        hc_text_add(text, " ");
        hc_text_add(text, dial_word(dial->codes[i]));
    }
    if (dial->num_tried > DIAL_TOLD) {
        hc_text_add(text, ", and ");
        hc_text_add_int(text, (int64_t)(dial->num_tried - DIAL_TOLD));
        hc_text_add(text, " more");
    }
}

HC_APART static int dial_fail(const hc_dial *dial, int code, int native, httpsc_error *error)
{
    char place[HC_HAS_ERROR_TEXT ? DIAL_TOLD * 64 : 1];
    hc_text each = hc_text_in(place, sizeof place);

    if (code == HTTPSC_ERR_MEMORY || code == HTTPSC_ERR_UNSUPPORTED) {
        return hc_fail(error, code, native,
                       code == HTTPSC_ERR_MEMORY ? NULL : "no Unix sockets on this system");
    }
    if (dial->unix_socket != NULL) {
        return hc_fail(error, code, native, "the Unix socket %e (system code %d)",
                       dial->unix_socket, native);
    }
    if (HC_HAS_ERROR_TEXT) {
        dial_tell_each(dial, &each);
    }
    switch (code) {
    case HTTPSC_ERR_RESOLVE_NOT_FOUND:
        return hc_fail(error, code, native, "%s has no address; is the name spelt right?",
                       dial->host.text);
    case HTTPSC_ERR_RESOLVE_FAILED:
        return hc_fail(error, code, native, "%s: the resolver gave no answer (code %d)",
                       dial->host.text, native);
    case HTTPSC_ERR_CONNECT_REFUSED:
        return hc_fail(error, code, native, "nothing listens on %s port %d (%s)", dial->host.text,
                       dial->port, place);
    case HTTPSC_ERR_ADDRESS_REFUSED:
        return hc_fail(error, code, native, "%s port %d (%s)", dial->host.text, dial->port, place);
    default:
        return hc_fail(error, code, native, "%s port %d (%s; system code %d)", dial->host.text,
                       dial->port, place, native);
    }
}

static int dial_transport(hc_dial *dial, hc_stream *out, httpsc_error *error)
{
    const httpsc_transport *transport = &dial->hooks->transport;
    void *handle = NULL;
    int code = hc_callback_code(
        transport->open(transport->user, dial->host.text, dial->port, &handle),
        HTTPSC_ERR_CONNECT_FAILED);

    if (code == HTTPSC_WANT || (code == HTTPSC_OK && handle == NULL)) {
        code = HTTPSC_ERR_CONNECT_FAILED;
    }
    if (code != HTTPSC_OK) {
        return dial_fail(dial, code, 0, error);
    }
    out->transport = transport;
    out->handle = handle;
    out->socket = HC_SOCKET_NONE;
    return HTTPSC_OK;
}

/* One look at the look-up, the caller's or the system's. */
static int dial_resolve(hc_dial *dial, int *native)
{
    int code;

    *native = 0;
    if (dial->hooks->resolve != NULL) {
        code = hc_callback_code(dial->hooks->resolve(dial->hooks->user, dial->host.text,
                                                     dial->addresses, HC_ADDRESSES_MAX,
                                                     &dial->num_addresses),
                                HTTPSC_ERR_RESOLVE_FAILED);
        if (code == HTTPSC_OK && dial->num_addresses == 0) {
            code = HTTPSC_ERR_RESOLVE_NOT_FOUND;
        }
        return code == HTTPSC_OK && dial->num_addresses > HC_ADDRESSES_MAX
                   ? HTTPSC_ERR_RESOLVE_FAILED
                   : code;
    }
    if (dial->lookup == NULL) {
        code = hc_lookup_start(dial->host.text, &dial->lookup, native);
        if (code != HTTPSC_OK) {
            return code;
        }
    }
    code = hc_lookup_result(dial->lookup, dial->addresses, &dial->num_addresses, native);
    if (code != HTTPSC_WANT) {
        hc_lookup_close(dial->lookup);
        dial->lookup = NULL;
    }
    return code;
}

/* ---- the race ---- */

/* Of several addresses a refusal tells most: something is there; and least that the caller did not
 * want one. */
static void dial_note_failure(hc_dial *dial, size_t address, int code, int native)
{
    dial->codes[address] = code;
    if (dial->code == HTTPSC_OK || (dial->code != HTTPSC_ERR_CONNECT_REFUSED &&
                                    code != HTTPSC_ERR_ADDRESS_REFUSED)) {
        dial->code = code;
        dial->native = native;
    }
}

static void dial_drop_racer(hc_dial *dial, size_t i)
{
    dial->num_racers--;
    memmove(&dial->racers[i], &dial->racers[i + 1],
            (dial->num_racers - i) * sizeof dial->racers[0]);
}

/* The stream is this socket's; whoever else runs has lost. */
static int dial_won(hc_dial *dial, httpsc_socket winner, size_t address, hc_stream *out)
{
    for (size_t i = 0; i < dial->num_racers; i++) {
        if (dial->racers[i].socket != winner) {
            hc_socket_close(dial->racers[i].socket);
        }
    }
    dial->num_racers = 0;
    dial->address = dial->addresses[address];
    dial->state = HC_DIAL_DONE;
    out->transport = NULL;
    out->handle = NULL;
    out->socket = winner;
    return HTTPSC_OK;
}

/* Looks at every attempt under way: HTTPSC_OK when one has won, else HTTPSC_WANT; one that failed
 * lets the next begin at once. */
static int dial_look(hc_dial *dial, hc_stream *out)
{
    for (size_t i = 0; i < dial->num_racers;) {
        hc_racer racer = dial->racers[i];
        int native = 0;
        int code = hc_socket_connected(racer.socket, &native);

        if (code == HTTPSC_OK) {
            return dial_won(dial, racer.socket, racer.address, out);
        }
        if (code == HTTPSC_WANT) {
            i++;
            continue;
        }
        dial_note_failure(dial, racer.address, code, native);
        hc_socket_close(racer.socket);
        dial_drop_racer(dial, i);
        dial->next_us = 0;
    }
    return HTTPSC_WANT;
}

/* 1 when the caller lets this address be connected to. */
static int dial_may_connect(const hc_dial *dial, const httpsc_address *address)
{
    const httpsc_hooks *hooks = dial->hooks;

    return hooks->may_connect == NULL ||
           hooks->may_connect(hooks->user, dial->host.text, dial->port, address) == 1;
}

/* Begins with the next address: HTTPSC_OK when it is connected at once, else HTTPSC_WANT. */
static int dial_join(hc_dial *dial, const hc_tracer *tracer, int64_t now_us, hc_stream *out)
{
    size_t address = dial->num_tried++;
    hc_racer *racer = &dial->racers[dial->num_racers];
    char place[64];
    hc_text text = hc_text_in(place, sizeof place);
    int native = 0;
    int code;

    dial_describe(&dial->addresses[address], &text);
    hc_trace(tracer, HTTPSC_TRACE_STAGE, "connecting to %s port %d, address %d of %d: %s",
             dial->host.text, dial->port, (int)address + 1, (int)dial->num_addresses, place);
    code = dial_may_connect(dial, &dial->addresses[address])
               ? hc_socket_connect(&dial->addresses[address], dial->port, &racer->socket, &native)
               : HTTPSC_ERR_ADDRESS_REFUSED;
    if (code == HTTPSC_OK) {
        return dial_won(dial, racer->socket, address, out);
    }
    if (code == HTTPSC_WANT) {
        racer->address = address;
        racer->started_us = now_us;
        dial->num_racers++;
        dial->next_us = now_us + HC_DIAL_STAGGER_US;
    } else {
        dial_note_failure(dial, address, code, native);
        dial->next_us = 0;
    }
    return HTTPSC_WANT;
}

/* A place for the next address: 1 when there is one; the oldest attempt may have to go for it. */
static int dial_make_room(hc_dial *dial, int64_t now_us)
{
    if (dial->num_racers == HC_DIAL_RACERS &&
        now_us - dial->racers[0].started_us >= HC_DIAL_PATIENCE_US) {
        hc_socket_close(dial->racers[0].socket);
        dial_drop_racer(dial, 0);
    }
    return dial->num_racers < HC_DIAL_RACERS;
}

static int dial_race(hc_dial *dial, const hc_tracer *tracer, hc_stream *out, httpsc_error *error)
{
    int64_t now_us = hc_clock_us(dial->hooks);
    int code = dial_look(dial, out);

    while (code == HTTPSC_WANT && dial->num_tried < dial->num_addresses &&
           (dial->num_racers == 0 || now_us >= dial->next_us) && dial_make_room(dial, now_us)) {
        code = dial_join(dial, tracer, now_us, out);
    }
    if (code == HTTPSC_WANT && dial->num_racers == 0) {
        return dial_fail(dial, dial->code == HTTPSC_OK ? HTTPSC_ERR_CONNECT_UNREACHABLE
                                                       : dial->code,
                         dial->native, error);
    }
    return code;
}

/* A queue that is full is asked again: there is nothing to wait for (EAGAIN of unix(7)). */
static int dial_unix(hc_dial *dial, hc_stream *out, httpsc_error *error)
{
    hc_racer *racer = &dial->racers[0];
    int native = 0;
    int code = dial->num_racers > 0
                   ? hc_socket_connected(racer->socket, &native)
                   : hc_socket_connect_unix(dial->unix_socket, &racer->socket, &native);

    if (code == HTTPSC_OK) {
        return dial_won(dial, racer->socket, 0, out);
    }
    if (code == HTTPSC_WANT) {
        dial->num_racers = racer->socket != HC_SOCKET_NONE ? 1 : 0;
        return HTTPSC_WANT;
    }
    return dial_fail(dial, code, native, error);
}

HC_FN int hc_dial_step(hc_dial *dial, const hc_tracer *tracer, hc_stream *out, httpsc_error *error)
{
    if (dial->hooks->transport.open != NULL) {
        dial->state = HC_DIAL_DONE;
        return dial_transport(dial, out, error);
    }
    if (dial->unix_socket != NULL) {
        return dial_unix(dial, out, error);
    }
    if (dial->state == HC_DIAL_LOOKUP) {
        int native = 0;
        int code = dial_resolve(dial, &native);

        if (code == HTTPSC_WANT) {
            return HTTPSC_WANT;
        }
        if (code != HTTPSC_OK) {
            return dial_fail(dial, code, native, error);
        }
        dial_interleave(dial);
        dial->state = HC_DIAL_RACE;
    }
    return dial_race(dial, tracer, out, error);
}

HC_FN void hc_dial_wants(const hc_dial *dial, httpsc_wants *wants)
{
    if (dial->state == HC_DIAL_LOOKUP) {
        if (dial->lookup != NULL) {
            hc_wants_add(wants, hc_lookup_socket(dial->lookup), HTTPSC_READABLE);
        } else {
            hc_wants_within(wants, DIAL_ASK_AGAIN_MS);
        }
        return;
    }
    for (size_t i = 0; i < dial->num_racers; i++) {
        hc_wants_add(wants, dial->racers[i].socket, HTTPSC_WRITABLE);
    }
    if (dial->unix_socket != NULL && dial->num_racers == 0) {
        hc_wants_within(wants, DIAL_ASK_AGAIN_MS);
    }
    if (dial->num_tried < dial->num_addresses) {
        int64_t next_us = dial->next_us;

        if (dial->num_racers == HC_DIAL_RACERS &&
            next_us < dial->racers[0].started_us + HC_DIAL_PATIENCE_US) {
            next_us = dial->racers[0].started_us + HC_DIAL_PATIENCE_US;
        }
        hc_wants_within(wants, (next_us - hc_clock_us(dial->hooks) + 999) / 1000);
    }
}

HC_FN void hc_dial_stop(hc_dial *dial)
{
    if (dial->state != HC_DIAL_IDLE) {
        hc_lookup_close(dial->lookup);
        dial->lookup = NULL;
        for (size_t i = 0; i < dial->num_racers; i++) {
            hc_socket_close(dial->racers[i].socket);
        }
        dial->num_racers = 0;
        dial->state = HC_DIAL_IDLE;
    }
}
