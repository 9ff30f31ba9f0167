/*
 * The state-by-message matrix: in each state of the client each message of TLS 1.3 and 1.2, in
 * each form, from a scripted server that shares the crypto floor alone with it. What is right is in
 * tls_states_table.h, with its RFC. Then messages that are wrong in one field, whole handshakes in
 * pieces, and floods.
 */
#include "unit.h"

#include "tls_states_table.h"
#include "tls_states_fields.h"
#include "tls_states_floods.h"
#include "tls_states_pieces.h"
#include "tls_states_openssl.h"

static mx_pair pair;
static size_t num_cells; /* that were run */

#define NAME(name) #name,
static const char *const message_names[NUM_MESSAGES] = {SS_MESSAGES(NAME)};
static const char *const form_names[NUM_FORMS] = {
    "whole", "one-byte records", "coalesced", "doubled", "trailing byte", "a byte short",
    "inner length + 1", "inner length - 1", "in the other protection", "interrupted"};

/* What is after a message in the same record: the next legal one, where the server can know it.
 * NUM_MESSAGES: nothing. */
static ss_message follower(ss_message message, int is_edge)
{
    ss_message path[SS_PATH_MAX];
    size_t len = ss_path(&pair.server.script, path);
    size_t step = pair.step;

    if (is_edge && (message == M_SERVER_HELLO_DONE || message == M_HELLO_RETRY)) {
        return NUM_MESSAGES; /* what follows needs the client's answer */
    }
    if (step >= len) {
        if (pair.server.script.version == 12) {
            return NUM_MESSAGES;
        }
        return message == M_TICKET_13 ? M_KEY_UPDATE : M_TICKET_13;
    }
    step += is_edge;
    if (step == len) {
        return pair.server.script.version == 13 ? M_TICKET_13 : NUM_MESSAGES;
    }
    return path[step] == M_CCS ? NUM_MESSAGES : path[step];
}

/* The script as the server's choice makes it, when a message is legal that is not the path's. */
static void bend_script(ss_message message, const mx_state *state)
{
    ss_script *script = &pair.server.script;

    if (pair.step == 0) {
        script->version = message == M_SERVER_HELLO_12 ? 12 : 13;
        script->hrr = message == M_HELLO_RETRY;
        script->resume = script->version == 13 && state->offers == 13;
    }
    if (message == M_CERTIFICATE_REQUEST_13 || message == M_CERTIFICATE_REQUEST_12) {
        script->client_auth = 1;
    }
}

/* Whether a message comes in that form at all. */
static int has_form(mx_state_id id, ss_message message, mx_form form, const ss_bytes *content,
                    ss_message next)
{
    const mx_state *state = &mx_states[id];
    int is_clear = (HELLOS >> id & 1) != 0;
    int has_keys = state->script.version == 13 || pair.server.next_send.on;

    if (state->extra == MX_CLOSED) {
        return form == F_WHOLE;
    }
    if (form == F_OTHER) {
        return !is_clear && has_keys;
    }
    if (!SS_IS_HANDSHAKE(message)) {
        ss_whole_record record = ss_whole(message);

        return form == F_WHOLE || (form == F_DOUBLED && record.len != 0) ||
               (form == F_BYTES && record.len > 1 && record.type >= SS_ALERT &&
                record.type <= SS_DATA);
    }
    switch (form) {
    case F_COALESCED:
        return next != NUM_MESSAGES;
    case F_SHORT:
        return content->len > 4;
    case F_MORE:
        return content->inner_size != 0;
    case F_LESS: {
        size_t length = 0;

        for (size_t i = 0; i < content->inner_size; i++) {
            length = length << 8 | content->at[content->inner_at + i];
        }
        return length != 0;
    }
    default:
        return 1;
    }
}

static void change_length(ss_bytes *content, size_t at, size_t size, size_t delta)
{
    size_t length = 0;

    for (size_t i = 0; i < size; i++) {
        length = length << 8 | content->at[at + i];
    }
    ss_set_number(content, at, size, length + delta);
}

/* One handshake message, malformed as the form says. */
static void deform(ss_bytes *content, mx_form form)
{
    switch (form) {
    case F_TRAILING:
        ss_number(content, 0, 1);
        change_length(content, 1, 3, 1);
        break;
    case F_SHORT:
        content->len--;
        change_length(content, 1, 3, (size_t)-1);
        break;
    case F_MORE:
        change_length(content, content->inner_at, content->inner_size, 1);
        break;
    case F_LESS:
        change_length(content, content->inner_at, content->inner_size, (size_t)-1);
        break;
    default:
        break;
    }
}

/* A record in the protection that its state calls for, or with F_OTHER in the other. */
static void put_record(int type, const void *bytes, size_t len, mx_form form, ss_bytes *out)
{
    ss_server *server = &pair.server;
    int is_13 = server->script.version == 13;
    /* change_cipher_spec is never protected in 1.3 */
    int in_clear = !server->send.on || (is_13 && type == SS_CCS);

    if (form == F_OTHER) {
        in_clear = !in_clear;
    }
    if (in_clear) {
        ss_clear_record(type, bytes, len, out);
    } else {
        ss_seal_with(server->send.on ? &server->send : &server->next_send,
                     server->script.version, type, bytes, len, 0, out);
    }
}

static void put_content(int type, const ss_bytes *content, mx_form form, ss_bytes *out)
{
    if (form == F_BYTES) {
        for (size_t i = 0; i < content->len; i++) {
            put_record(type, content->at + i, 1, form, out);
        }
    } else if (form == F_CUT) {
        put_record(type, content->at, content->len / 2, form, out);
        put_record(SS_ALERT, "\1\x5A", 2, form, out);
        put_record(type, content->at + content->len / 2, content->len - content->len / 2, form,
                   out);
    } else {
        put_record(type, content->at, content->len, form, out);
    }
}

/* Makes the cell's bytes. 0 when there is no such cell. */
static int make_cell(mx_state_id id, ss_message message, mx_form form, ss_bytes *out)
{
    static ss_bytes content;
    int is_edge = mx_is_edge(id, message);
    int type = SS_IS_HANDSHAKE(message) ? SS_HANDSHAKE : ss_whole(message).type;
    int goes_on = is_edge && (form == F_WHOLE || form == F_BYTES || form == F_COALESCED);
    mx_pair *p = &pair;
    ss_message next;
    size_t first_len;

    content.len = 0;
    content.inner_size = 0;
    out->len = 0;
    if (is_edge) {
        bend_script(message, &mx_states[id]);
    }
    next = follower(message, is_edge);
    if (goes_on && (SS_IS_HANDSHAKE(message) || message == M_CCS)) {
        mx_say(p, message, &content);
    } else if (SS_IS_HANDSHAKE(message)) {
        ss_make(&p->server, message, &content);
    } else {
        ss_put(&content, ss_whole(message).bytes, ss_whole(message).len);
    }
    if (!has_form(id, message, form, &content, next)) {
        return 0;
    }
    first_len = content.len;
    if (form == F_COALESCED && mx_expected(id, message, form)->outcomes[0] == GOES_ON) {
        mx_say(p, next, &content);
    } else if (form == F_COALESCED) {
        ss_make(&p->server, next, &content);
    } else if (form == F_DOUBLED && SS_IS_HANDSHAKE(message)) {
        ss_put(&content, content.at, first_len);
    } else {
        deform(&content, form);
    }
    put_content(type, &content, form, out);
    if (form == F_DOUBLED && !SS_IS_HANDSHAKE(message)) {
        put_content(type, &content, form, out);
    }
    ss_switch(&p->server);
    return 1;
}

/* After an error: it stays, nothing more comes out or can be read. */
static const char *check_dead(void)
{
    size_t app_len = pair.app_len;
    size_t num_drained = pair.num_drained;
    httpsc_error error;
    int code = pair.code;

    if (code == HTTPSC_OK || hc_tls_state_of(pair.tls) != HC_TLS_FAILED) {
        return "half failed";
    }
    pair.code = HTTPSC_OK;
    mx_send(&pair, SS_DATA, "late", 4);
    memset(&error, 0, sizeof error);
    if (hc_tls_feed(pair.tls, 0, &error) != code || error.code != code ||
        (pair.code != HTTPSC_OK && pair.code != code)) {
        return "the error does not stay";
    }
    mx_drain(&pair);
    if (pair.app_len != app_len) {
        return "data is read after the error";
    }
    if (pair.num_drained != num_drained) {
        return "something is sent after the alert";
    }
    if (pair.server.num_fatal != 0 && hc_tls_alert_sent(pair.tls) != pair.server.alert) {
        return "another alert is told than was sent";
    }
    return NULL;
}

/* What became of it. *why is set when something is wrong whatever is expected. */
static int observe(const char **why, const char **unfinished)
{
    *unfinished = NULL;
    if (pair.code == HTTPSC_OK && hc_tls_state_of(pair.tls) == HC_TLS_CLOSED) {
        size_t app_len = pair.app_len;

        mx_send(&pair, SS_DATA, "late", 4);
        if (pair.app_len != app_len || pair.code != HTTPSC_OK) {
            *why = "data after the close";
        }
        return CLOSES;
    }
    if (pair.code == HTTPSC_OK) {
        *unfinished = mx_finish(&pair);
        if (*unfinished == NULL) {
            return GOES_ON;
        }
        return pair.server.num_fatal == 1 ? LATE(pair.server.alert) : -1;
    }
    *why = check_dead();
    if (pair.server.num_fatal == 0) {
        return SILENT;
    }
    return pair.server.alert;
}

/* 1 when the cell is as the table says, 0 when not, -1 when there is none. */
static int run_cell(mx_state_id id, ss_message message, mx_form form)
{
    static ss_bytes out;
    const mx_rule *rule;
    const char *unfinished = NULL;
    const char *why = mx_reach(&pair, &mx_states[id]);
    int outcome = -1;

    if (why == NULL) {
        if (!make_cell(id, message, form, &out)) {
            mx_end(&pair);
            return -1;
        }
        mx_feed(&pair, out.at, out.len);
        outcome = observe(&why, &unfinished);
    }
    rule = mx_expected(id, message, form);
    if (pair.server.alert_in_clear && (HELLOS >> id & 1) == 0) {
        why = "the alert came in the clear";
    }
    if (pair.is_early) {
        why = "application data was readable in the handshake";
    }
    if (rule == NULL) {
        why = "the table has no row";
    } else if (why == NULL && outcome != rule->outcomes[0] &&
               (rule->outcomes[1] == 0 || outcome != rule->outcomes[1])) {
        why = "not as in the table";
    }
    if (why == NULL || unfinished == NULL) {
        const char *end = mx_end(&pair);

        why = why == NULL ? end : why;
    } else {
        mx_end(&pair);
    }
    if (why != NULL) {
        printf("FAIL %s: %s, %s: %s: is %d (%s, code %d), not %d or %d (%s)\n",
               mx_states[id].name, message_names[message], form_names[form], why, outcome,
               unfinished == NULL ? "" : unfinished, pair.code,
               rule == NULL ? 0 : rule->outcomes[0], rule == NULL ? 0 : rule->outcomes[1],
               rule == NULL ? "" : rule->reason);
        return 0;
    }
    return 1;
}

/* Before anything else: the peer itself. */
static void the_server_itself(void)
{
#ifdef _WIN32
    SKIP("written for POSIX");
#else
    char dir[] = "/tmp/tls_states_XXXXXX";

    if (!os_is_there()) {
        SKIP("there is no openssl command");
    }
    mx_open_world();
    CHECK(mkdtemp(dir) != NULL);
    os_try_all(&pair, dir);
    CHECK(rmdir(dir) == 0);
#endif
}

/* The certificate, and the sessions that are resumed. */
static void sessions_to_resume(void)
{
    mx_open_world();
    if (mx.sessions[0].len == 0) {
        mx_make_session(13);
        mx_make_session(12);
    }
}

/* The states from one to another, all messages, all forms. */
static void run_states(mx_state_id first, mx_state_id last)
{
    sessions_to_resume();
    for (int id = first; id <= (int)last; id++) {
        for (int message = 0; message < NUM_MESSAGES; message++) {
            size_t num_forms = 0;
            int is_right = 1;

            for (int form = 0; form < NUM_FORMS; form++) {
                int result = run_cell((mx_state_id)id, (ss_message)message, (mx_form)form);

                num_forms += result >= 0;
                is_right &= result != 0;
            }
            if (is_right) {
                printf("ok %s: %s in %zu forms\n", mx_states[id].name, message_names[message],
                       num_forms);
            } else {
                unit_failed = 1;
            }
            num_cells += num_forms;
        }
    }
    printf("%zu cells by now\n", num_cells);
}

static void states_of_the_hello(void)
{
    run_states(S_HELLO, S_HELLO2_PSK);
}

static void states_of_13(void)
{
    run_states(S_EXTENSIONS, S_FINISHED_PSK);
}

static void states_of_13_open(void)
{
    run_states(S_OPEN, S_CLOSED);
}

static void states_of_12(void)
{
    run_states(S12_CERT, S12_FINISHED);
    run_states(S12_TICKET_RESUMED, S12_FINISHED_RESUMED);
}

static void states_of_12_open(void)
{
    run_states(S12_OPEN, S12_CLOSED);
    run_states(S12_OPEN_RESUMED, S12_OPEN_RESUMED);
}

/* ---- messages that are wrong in one field ---- */

static size_t read_number(const ss_bytes *content, size_t at, size_t size)
{
    size_t number = 0;

    for (size_t i = 0; i < size; i++) {
        number = number << 8 | content->at[at + i];
    }
    return number;
}

/* Puts bytes in the place of others; the lengths of the message, and with is_inner of its outermost
 * vector, are put right. */
static void splice(ss_bytes *content, size_t at, size_t remove, const void *bytes, size_t len,
                   int is_inner)
{
    size_t tail = content->len - at - remove;

    memmove(content->at + at + len, content->at + at + remove, tail);
    if (len != 0) {
        memcpy(content->at + at, bytes, len);
    }
    content->len += len - remove;
    change_length(content, 1, 3, len - remove);
    if (is_inner) {
        change_length(content, content->inner_at, content->inner_size, len - remove);
    }
}

/* Where an extension is; the end of the block where there is none. */
static size_t find_extension(const ss_bytes *content, unsigned type)
{
    size_t at = content->inner_at + 2;
    size_t end = at + read_number(content, content->inner_at, 2);

    while (at < end && read_number(content, at, 2) != type) {
        at += 4 + read_number(content, at + 2, 2);
    }
    return at;
}

static void edit_extension(const mx_field *field, ss_bytes *content)
{
    unsigned type = (unsigned)field->at;
    size_t block = content->inner_at;
    size_t at = find_extension(content, field->edit == E_ADD ? 0xFFFFFFFFu : type);
    unsigned char head[4] = {(unsigned char)(type >> 8), (unsigned char)type, 0,
                             (unsigned char)field->len};

    if (field->edit != E_ADD) {
        splice(content, at, 4 + read_number(content, at + 2, 2), NULL, 0, 1);
    }
    if (field->edit != E_DROP) {
        splice(content, at, 0, field->bytes, field->len, 1);
        splice(content, at, 0, head, 4, 1);
    }
    content->inner_at = block;
    if (field->edit == E_DROP && type == SS_EXT_EMS) {
        pair.server.offers_ems = 0;
    }
}

static void edit_message(const mx_field *field, ss_bytes *content)
{
    size_t at = field->at < 0 ? content->len - (size_t)-field->at : (size_t)field->at;

    switch (field->edit) {
    case E_BYTES:
        memcpy(content->at + at, field->bytes, field->len);
        break;
    case E_FLIP:
        content->at[at] ^= 1;
        break;
    case E_SPLICE:
    case E_INNER:
        splice(content, at, field->remove, field->bytes, field->len, field->edit == E_INNER);
        break;
    case E_BODY:
        splice(content, 4, content->len - 4, field->bytes, field->len, 0);
        break;
    case E_PARAMS:
        content->len = 4;
        ss_sign_params(&pair.server, field->bytes, field->len, content);
        ss_set_number(content, 1, 3, content->len - 4);
        break;
    case E_CONTEXT:
        content->len = 4;
        ss_make_verify(&pair.server, field->bytes, content);
        ss_set_number(content, 1, 3, content->len - 4);
        break;
    case E_ECHO:
        splice(content, 39, 0, pair.server.session_id, pair.server.session_id_len, 0);
        content->at[38] = (unsigned char)pair.server.session_id_len;
        break;
    default:
        edit_extension(field, content);
        break;
    }
}

static void send_edited(const mx_field *field)
{
    static ss_bytes content;
    static ss_bytes out;
    ss_message path[SS_PATH_MAX];
    size_t path_len = ss_path(&pair.server.script, path);

    if (pair.step < path_len && path[pair.step] != field->message) {
        bend_script(field->message, &mx_states[field->state]);
    }
    content.len = 0;
    out.len = 0;
    ss_make(&pair.server, field->message, &content);
    edit_message(field, &content);
    if (pair.step < path_len) {
        pair.step++;
    }
    if (field->outcomes[0] == GOES_ON || field->outcomes[1] >= LATE(0)) {
        ss_commit(&pair.server, field->message, content.at, content.len);
        ss_record(&pair.server, SS_HANDSHAKE, content.at, content.len, &out);
        ss_switch(&pair.server);
    } else {
        ss_record(&pair.server, SS_HANDSHAKE, content.at, content.len, &out);
    }
    mx_feed(&pair, out.at, out.len);
}

static int run_field(const mx_field *field)
{
    const char *unfinished = NULL;
    const char *why = mx_reach(&pair, &mx_states[field->state]);
    int outcome = -1;

    if (why == NULL) {
        send_edited(field);
        outcome = observe(&why, &unfinished);
    }
    if (why == NULL && outcome != field->outcomes[0] &&
        (field->outcomes[1] == 0 || outcome != field->outcomes[1])) {
        why = "not as in the table";
    }
    if (why == NULL && outcome == GOES_ON && field->at == SS_EXT_COOKIE &&
        !pair.server.has_cookie) {
        why = "the cookie did not come back";
    }
    if (pair.is_early) {
        why = "application data was readable in the handshake";
    }
    if (unfinished == NULL && why == NULL) {
        why = mx_end(&pair);
    } else {
        mx_end(&pair);
    }
    if (why != NULL) {
        printf("FAIL %s: %s, %s: %s: is %d (%s, code %d), not %d or %d (%s)\n",
               mx_states[field->state].name, message_names[field->message], field->what, why,
               outcome, unfinished == NULL ? "" : unfinished, pair.code, field->outcomes[0],
               field->outcomes[1], field->reason);
        return 0;
    }
    printf("ok %s: %s, %s\n", mx_states[field->state].name, message_names[field->message],
           field->what);
    return 1;
}

static void wrong_fields(void)
{
    sessions_to_resume();
    for (size_t i = 0; i < HC_ARRAY_LEN(mx_fields); i++) {
        if (!run_field(&mx_fields[i])) {
            unit_failed = 1;
        }
    }
    printf("%zu fields\n", HC_ARRAY_LEN(mx_fields));
}

static void whole_handshakes_in_pieces(void)
{
    sessions_to_resume();
    mx_cut_kinds(&pair);
}

static void floods(void)
{
    sessions_to_resume();
    mx_floods(&pair);
}

/* The last: counts, and gives everything back. */
static void world_ends(void)
{
    printf("%zu cells and %zu fields in all\n", num_cells, HC_ARRAY_LEN(mx_fields));
    if (mx.ready) {
        mx_close_world();
    }
    CHECK_INT(((const unit_memory *)mx_allocator()->user)->live_blocks, 0);
}

UNIT_MAIN(UNIT(the_server_itself), UNIT(states_of_the_hello), UNIT(states_of_13),
          UNIT(states_of_13_open), UNIT(states_of_12), UNIT(states_of_12_open), UNIT(wrong_fields),
          UNIT(whole_handshakes_in_pieces), UNIT(floods), UNIT(world_ends))
