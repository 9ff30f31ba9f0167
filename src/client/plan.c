#include "plan.h"

/* Copies texts behind one another; with place NULL it only counts. */
typedef struct plan_copy {
    unsigned char *place;
    size_t len;
    int overflow;
} plan_copy;

static void *plan_bytes(plan_copy *copy, const void *from, size_t size, size_t align)
{
    size_t at = (copy->len + align - 1) / align * align;
    void *to = copy->place == NULL ? NULL : copy->place + at;

    if (!hc_add(at, size, &copy->len)) {
        copy->overflow = 1;
    } else if (to != NULL) {
        memcpy(to, from, size);
    }
    return to;
}

static const char *plan_text(plan_copy *copy, const char *text)
{
    return text == NULL ? NULL : plan_bytes(copy, text, strlen(text) + 1, 1);
}

static const httpsc_field *plan_fields(plan_copy *copy, const httpsc_field *from, size_t num)
{
    httpsc_field *to = plan_bytes(copy, from, num * sizeof *from, sizeof(void *));

    for (size_t i = 0; i < num; i++) {
        const char *name = plan_text(copy, from[i].name);
        const char *value = plan_text(copy, from[i].value);

        if (to != NULL) {
            to[i].name = name;
            to[i].value = value;
        }
    }
    return to;
}

static const char *const *plan_names(plan_copy *copy, const char *const *from, size_t num)
{
    const char **to = plan_bytes(copy, from, num * sizeof *from, sizeof(void *));

    for (size_t i = 0; i < num; i++) {
        const char *name = plan_text(copy, from[i]);

        if (to != NULL) {
            to[i] = name;
        }
    }
    return to;
}

/* Their texts, which the parts' heads are made of as the body goes out; values are borrowed. */
static const httpsc_part *plan_parts(plan_copy *copy, const httpsc_part *from, size_t num)
{
    httpsc_part *to = plan_bytes(copy, from, num * sizeof *from, sizeof(void *));

    for (size_t i = 0; i < num; i++) {
        const char *name = plan_text(copy, from[i].name);
        const char *file = plan_text(copy, from[i].file);
        const char *filename = plan_text(copy, from[i].filename);
        const char *content_type = plan_text(copy, from[i].content_type);

        if (to != NULL) {
            to[i].name = name;
            to[i].file = file;
            to[i].filename = filename;
            to[i].content_type = content_type;
        }
    }
    return to;
}

/* What is needed later; url, query and form are used up at the beginning, bodies borrowed. */
static void plan_copy_request(plan_copy *copy, httpsc_request *to, const httpsc_request *from)
{
    to->method = plan_text(copy, from->method);
    to->content_type = plan_text(copy, from->content_type);
    to->resume_validator = plan_text(copy, from->resume_validator);
    to->auth.user = plan_text(copy, from->auth.user);
    to->auth.password = plan_text(copy, from->auth.password);
    to->auth.bearer = plan_text(copy, from->auth.bearer);
    if (from->num_fields > 0) {
        to->fields = plan_fields(copy, from->fields, from->num_fields);
    }
    if (from->num_secret_names > 0) {
        to->secret_names = plan_names(copy, from->secret_names, from->num_secret_names);
    }
    if (HC_HAS_UPLOADS && from->num_parts > 0) {
        to->parts = plan_parts(copy, from->parts, from->num_parts);
    }
}

HC_FN int hc_plan_keep(hc_plan *plan, const httpsc_allocator *allocator,
                       const httpsc_request *request, int borrow)
{
    plan_copy copy = {NULL, 0, 0};
    httpsc_request counted;

    plan->request = *request;
    if (borrow) {
        return HTTPSC_OK;
    }
    counted = *request;
    plan_copy_request(&copy, &counted, request);
    if (copy.len == 0 && !copy.overflow) {
        return HTTPSC_OK;
    }
    plan->place = copy.overflow ? NULL : hc_alloc(allocator, copy.len);
    if (plan->place == NULL) {
        return HTTPSC_ERR_MEMORY;
    }
    plan->size = copy.len;
    copy.place = plan->place;
    copy.len = 0;
    plan_copy_request(&copy, &plan->request, request);
    return HTTPSC_OK;
}

HC_FN void hc_plan_free(hc_plan *plan, const httpsc_allocator *allocator)
{
    hc_free_secret(allocator, plan->place, plan->size);
    plan->place = NULL;
    if (plan->text.allocator != NULL) {
        hc_buffer_free(&plan->text);
    }
}
