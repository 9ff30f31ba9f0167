#include "dial.h"

/* How often a resolve hook is asked again that said HTTPSC_WANT. */
#define DIAL_ASK_AGAIN_MS 5

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

HC_FN void hc_dial_start(hc_dial *dial, const httpsc_hooks *hooks, const hc_host *host, int port)
{
    memset(dial, 0, sizeof *dial);
    dial->hooks = hooks;
    dial->host = *host;
    dial->port = port;
    dial->socket = HC_SOCKET_NONE;
    dial->state = HC_DIAL_LOOKUP;
    if (host->kind != HC_HOST_NAME) {
        dial->addresses[0] = host->address;
        dial->num_addresses = 1;
        dial->state = HC_DIAL_NEXT;
    } else if (hooks->resolve == NULL && dial_is_localhost(host)) {
        dial->addresses[0].len = 4;
        dial->addresses[0].bytes[0] = 127;
        dial->addresses[0].bytes[3] = 1;
        dial->addresses[1].len = 16;
        dial->addresses[1].bytes[15] = 1;
        dial->num_addresses = 2;
        dial->state = HC_DIAL_NEXT;
    }
}

static int dial_fail(const hc_dial *dial, int code, int native, httpsc_error *error)
{
    switch (code) {
    case HTTPSC_ERR_RESOLVE_NOT_FOUND:
        return hc_fail(error, code, native, "%s has no address; is the name spelt right?",
                       dial->host.text);
    case HTTPSC_ERR_RESOLVE_FAILED:
        return hc_fail(error, code, native, "%s: the resolver gave no answer (code %d)",
                       dial->host.text, native);
    case HTTPSC_ERR_CONNECT_REFUSED:
        return hc_fail(error, code, native, "nothing listens on %s port %d", dial->host.text,
                       dial->port);
    case HTTPSC_ERR_MEMORY:
        return hc_fail(error, code, native, NULL);
    default:
        return hc_fail(error, code, native, "%s port %d (%d address%s tried, system code %d)",
                       dial->host.text, dial->port, (int)dial->num_tried,
                       dial->num_tried == 1 ? "" : "es", native);
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

/* Of several addresses a refusal tells most: something is there. */
static void dial_note_failure(hc_dial *dial, int code, int native)
{
    if (dial->code != HTTPSC_ERR_CONNECT_REFUSED) {
        dial->code = code;
        dial->native = native;
    }
}

static int dial_next(hc_dial *dial, const hc_tracer *tracer, httpsc_error *error)
{
    int native = 0;
    int code;

    if (dial->num_tried == dial->num_addresses) {
        return dial_fail(dial, dial->code, dial->native, error);
    }
    hc_trace(tracer, HTTPSC_TRACE_STAGE, "connecting to %s port %d, address %d of %d",
             dial->host.text, dial->port, (int)dial->num_tried + 1, (int)dial->num_addresses);
    code = hc_socket_connect(&dial->addresses[dial->num_tried], dial->port, &dial->socket,
                             &native);
    dial->num_tried++;
    if (code == HTTPSC_WANT) {
        dial->state = HC_DIAL_CONNECTING;
    } else if (code == HTTPSC_OK) {
        dial->state = HC_DIAL_DONE;
    } else {
        dial_note_failure(dial, code, native);
    }
    return HTTPSC_OK;
}

HC_FN int hc_dial_step(hc_dial *dial, const hc_tracer *tracer, hc_stream *out, httpsc_error *error)
{
    int code;
    int native;

    if (dial->hooks->transport.open != NULL) {
        dial->state = HC_DIAL_DONE;
        return dial_transport(dial, out, error);
    }
    if (dial->state == HC_DIAL_LOOKUP) {
        code = dial_resolve(dial, &native);
        if (code == HTTPSC_WANT) {
            return HTTPSC_WANT;
        }
        if (code != HTTPSC_OK) {
            return dial_fail(dial, code, native, error);
        }
        dial->state = HC_DIAL_NEXT;
    }
    while (dial->state != HC_DIAL_DONE) {
        if (dial->state == HC_DIAL_CONNECTING) {
            code = hc_socket_connected(dial->socket, &native);
            if (code == HTTPSC_WANT) {
                return HTTPSC_WANT;
            }
            dial->state = code == HTTPSC_OK ? HC_DIAL_DONE : HC_DIAL_NEXT;
            if (code != HTTPSC_OK) {
                dial_note_failure(dial, code, native);
                hc_socket_close(dial->socket);
                dial->socket = HC_SOCKET_NONE;
            }
        } else if (dial_next(dial, tracer, error) != HTTPSC_OK) {
            return error->code;
        }
    }
    out->transport = NULL;
    out->handle = NULL;
    out->socket = dial->socket;
    dial->socket = HC_SOCKET_NONE;
    return HTTPSC_OK;
}

HC_FN void hc_dial_wants(const hc_dial *dial, httpsc_wants *wants)
{
    if (dial->state == HC_DIAL_CONNECTING) {
        hc_wants_add(wants, dial->socket, HTTPSC_WRITABLE);
    } else if (dial->lookup != NULL) {
        hc_wants_add(wants, hc_lookup_socket(dial->lookup), HTTPSC_READABLE);
    } else if (dial->state == HC_DIAL_LOOKUP) {
        hc_wants_within(wants, DIAL_ASK_AGAIN_MS);
    }
}

HC_FN void hc_dial_stop(hc_dial *dial)
{
    if (dial->state != HC_DIAL_IDLE) {
        hc_lookup_close(dial->lookup);
        dial->lookup = NULL;
        hc_socket_close(dial->socket);
        dial->socket = HC_SOCKET_NONE;
        dial->state = HC_DIAL_IDLE;
    }
}
